/**
 * Runs a program by the book: what statement.ts and expression.ts say, one node at a time. Slow, plain, and the judge of
 * everything generated from the same program.
 */
import { applyBinary, type Expr } from "./expression.ts";
import type { Program } from "./program.ts";
import type { Statement } from "./statement.ts";
import { rangeOf } from "./types.ts";
import { elementName } from "./variable.ts";

/** One entry for each of `Program.slots`. */
export type State = Int32Array;

export interface EmittedEvent {
  readonly event: string;
  readonly args: readonly number[];
}

export interface StepOutcome {
  readonly state: State;
  readonly events: readonly EmittedEvent[];
  /** Asserts that were false. */
  readonly failures: readonly { readonly property: string; readonly message: string }[];
  /** What left its range, if anything did; `state` is then as far as the step got. */
  readonly rangeError: string | undefined;
}

/** What an expression may see beside the state. */
export interface EvaluationContext {
  readonly old?: State;
  readonly args?: readonly number[];
  readonly step?: Readonly<Record<"actor" | "procedure" | "label", number>>;
}

export function initialState(program: Program): State {
  return Int32Array.from(program.slots, (slot) => slot.initial);
}

export function evaluate(program: Program, expr: Expr, state: State, context: EvaluationContext = {}): number {
  const value = (part: Expr): number => evaluate(program, part, state, context);
  switch (expr.op) {
    case "const":
      return expr.value;
    case "load": {
      const index = value(expr.index);
      if (index < 0 || index >= expr.variable.size) return rangeOf(expr.type)[0];
      return required((expr.old ? context.old : state)?.[slotOf(program, expr) + index], "the state before the step");
    }
    case "binary":
      return applyBinary(expr.operator, value(expr.left), value(expr.right));
    case "not":
      return value(expr.value) === 0 ? 1 : 0;
    case "select":
      return value(expr.condition) !== 0 ? value(expr.then) : value(expr.otherwise);
    case "field":
      return (value(expr.word) >>> expr.field.shift) & (2 ** expr.field.bits - 1);
    case "with": {
      const mask = 2 ** expr.field.bits - 1;
      return (value(expr.word) & ~(mask << expr.field.shift)) | ((value(expr.value) & mask) << expr.field.shift);
    }
    case "argument":
      return required(context.args?.[expr.position], "an event");
    case "step":
      return required(context.step?.[expr.part], "a step");
  }
}

function slotOf(program: Program, { variable }: Extract<Expr, { op: "load" }>): number {
  return required(program.slotOf.get(variable), `the variable ${variable.name}`);
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`an expression speaks of ${what}, which is not there`);
  return value;
}

/** Takes the step of a location under a choice number; undefined where it is not enabled. `before` stays as it is. */
export function executeStep(
  program: Program,
  before: State,
  locationId: number,
  choice: number,
): StepOutcome | undefined {
  const location = required(program.locations[locationId], `location ${locationId}`);
  const actor = required(program.actors[location.actor], "an actor");
  if (location.body.length === 0) return undefined;
  const state = before.slice();
  const events: EmittedEvent[] = [];
  const failures: { property: string; message: string }[] = [];
  let rest = choice;
  let rangeError: string | undefined;

  /** "on": the way goes on after the list; "ended": a goto was reached; "blocked": not enabled. */
  function run(statements: readonly Statement[]): "on" | "ended" | "blocked" {
    for (const statement of statements) {
      switch (statement.op) {
        case "assign":
          assign(statement);
          break;
        case "if": {
          const taken = evaluate(program, statement.condition, state) !== 0 ? statement.then : statement.otherwise;
          const result = run(taken);
          if (result !== "on") return result;
          break;
        }
        case "await":
          if (evaluate(program, statement.condition, state) === 0) return "blocked";
          break;
        case "choose": {
          const { alternatives } = statement;
          const taken = required(alternatives[rest % alternatives.length], "an alternative");
          rest = Math.floor(rest / alternatives.length);
          const result = run(taken.body);
          if (result !== "on") return result;
          break;
        }
        case "assert":
          if (evaluate(program, statement.condition, state) === 0)
            failures.push({ property: statement.property, message: statement.message });
          break;
        case "emit":
          events.push({ event: statement.event, args: statement.args.map((arg) => evaluate(program, arg, state)) });
          break;
        case "goto":
          if (rest !== 0) return "blocked";
          state[required(program.slotOf.get(actor.pc), "a program counter")] = statement.location - actor.first;
          return "ended";
      }
    }
    return "on";
  }

  function assign({ target, value }: Extract<Statement, { op: "assign" }>): void {
    const index = evaluate(program, target.index, state);
    const assigned = evaluate(program, value, state);
    const [min, max] = rangeOf(target.variable.type);
    if (index < 0 || index >= target.variable.size) {
      rangeError ??= `${target.variable.name} has ${target.variable.size} elements; there is no element ${index}`;
    } else if (assigned < min || assigned > max) {
      rangeError ??= `${elementName(target.variable, index)} takes ${min}..${max}, not ${assigned}`;
    } else {
      state[required(program.slotOf.get(target.variable), target.variable.name) + index] = assigned;
    }
  }

  const end = run(location.body);
  if (end === "on") throw new Error(`${location.procedure}, step "${location.label}": the step leads nowhere`);
  return end === "ended" ? { state, events, failures, rangeError } : undefined;
}
