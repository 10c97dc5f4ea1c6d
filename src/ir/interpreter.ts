/**
 * Runs a program exactly as statement.ts defines it, one statement at a time. It is slow and simple. All code that is
 * generated from the same program is compared with it.
 */
import { evaluate, type State } from "./evaluate.ts";
import type { Expr } from "./expression.ts";
import { type LocationId, type SlotIndex, slotIndex } from "./indices.ts";
import { at } from "./lookup.ts";
import { firstSlot, type Program } from "./program.ts";
import type { Outcome, Statement } from "./statement.ts";
import { rangeOf, type ValueType } from "./types.ts";
import { elementName } from "./variable.ts";

export interface EmittedEvent {
  readonly event: string;
  readonly args: readonly number[];
}

export interface StepOutcome {
  readonly state: State;
  readonly events: readonly EmittedEvent[];
  /** Asserts that were false. */
  readonly failures: readonly { readonly property: string; readonly message: string }[];
  /** The value that left its range, if any did. `state` then shows how far the step got. */
  readonly rangeError: string | undefined;
  /** Whether the step took an alternative that no run takes for ever. */
  readonly finitelyOften: boolean;
}

/** Hears how a step goes. */
export interface Listener {
  /** The alternative of a `choose` that is taken. */
  readonly chose: (alternative: string) => void;
  /** What the step says about how it went: text and values. */
  readonly said: (words: readonly (string | SaidValue)[]) => void;
}

export interface SaidValue {
  readonly type: ValueType;
  readonly value: number;
}

export function initialState(program: Program): State {
  return Int32Array.from(program.slots, (slot) => slot.initial);
}

/**
 * Takes the step of a location under a choice number; undefined if the step is not enabled. `before` is not changed.
 */
export function executeStep(
  program: Program,
  before: State,
  id: LocationId,
  choice: number,
  listener?: Listener,
): StepOutcome | undefined {
  const location = at(program.locations, id);
  const { pc, first } = at(program.actors, location.actor);
  if (location.body.length === 0) return undefined;
  // Copied at the first change, because most steps that are tried are not enabled.
  let state = before;
  const events: EmittedEvent[] = [];
  const failures: { property: string; message: string }[] = [];
  let rest = choice;
  let rangeError: string | undefined;
  let finitelyOften = false;

  /** "on": execution continues after the list; "ended": a goto was reached; "blocked": not enabled. */
  function run(statements: readonly Statement<LocationId, Outcome>[]): "on" | "ended" | "blocked" {
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
          const taken = at(alternatives, rest % alternatives.length);
          listener?.chose(taken.name);
          if (taken.finitelyOften === true) finitelyOften = true;
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
        case "outcome":
          if (evaluate(program, statement.when, state) !== 0) listener?.said(statement.words.map(heard));
          break;
        case "goto":
          if (rest !== 0) return "blocked";
          change(firstSlot(program, pc), statement.location - first);
          return "ended";
      }
    }
    return "on";
  }

  function heard(word: string | Expr): string | SaidValue {
    return typeof word === "string" ? word : { type: word.type, value: evaluate(program, word, state) };
  }

  function change(slot: SlotIndex, value: number): void {
    if (state === before) state = before.slice();
    state[slot] = value;
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
      change(slotIndex(firstSlot(program, target.variable) + index), assigned);
    }
  }

  const end = run(listener === undefined ? location.body : location.telling);
  if (end === "on") throw new Error(`${location.procedure}, step "${location.label}": the step leads nowhere`);
  return end === "ended" ? { state, events, failures, rangeError, finitelyOften } : undefined;
}
