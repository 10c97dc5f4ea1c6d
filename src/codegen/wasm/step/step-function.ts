/**
 * One location's step as a function `(source, destination, choice) -> i64`. The words that the step touches are in
 * locals. It writes the destination only if the step is enabled. The result is 0 if it is not, else the bits of
 * property-bits.ts.
 */
import { slotIndex } from "../../../ir/indices.ts";
import type { Layout } from "../../../ir/layout.ts";
import { at } from "../../../ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../../../ir/program.ts";
import type { Property } from "../../../ir/property.ts";
import type { Alternative, Statement, Target } from "../../../ir/statement.ts";
import { stepNames } from "../../../ir/step-vocabulary.ts";
import { rangeOf } from "../../../ir/types.ts";
import { allStatements } from "../../../ir/visit.ts";
import { valueRange } from "../../analysis/value-range.ts";
import {
  block,
  br,
  divU,
  type Effect,
  eq,
  eqz,
  geU,
  gtU,
  i32,
  i64,
  type Label,
  type Local,
  load32,
  ltS,
  or,
  remU,
  ret,
  set,
  sub,
  unreachable,
  type Value,
  when,
} from "../encoder/instructions.ts";
import {
  type FunctionRef,
  type FunctionScope,
  type Global,
  type ModuleBuilder,
  setGlobal,
} from "../encoder/module-builder.ts";
import { compileWhole, shareSubexpressions } from "./common-subexpressions.ts";
import { type ExpressionContext, fieldOfSlot } from "./compile-expression.ts";
import { judgeCheck, markTested } from "./judge-check.ts";
import { type WordLocals, type WordSource, writeElement, writeField } from "./packed-words.ts";
import { type ChecksByKind, enabledBit, propertyBit, rangeErrorBit } from "./property-bits.ts";
import { copyUntouched, touchedWords } from "./word-locals.ts";

export interface StepContext {
  readonly program: Program;
  readonly layout: Layout;
  readonly properties: readonly Property[];
  readonly checks: ChecksByKind;
  readonly builder: ModuleBuilder;
  /** Undefined if nothing asks for runs that never end. */
  readonly endless: EndlessSteps | undefined;
}

/** What a step has to do with runs that never end (src/codegen/wasm/liveness). */
export interface EndlessSteps {
  /** Set to 1 by a step that takes an alternative marked `finitelyOften`. */
  readonly finitelyOften: Global<"i32">;
  /** If not 0, no step is judged, so that no premise counts as tested by a step that the search does not take. */
  readonly unjudged: Global<"i32">;
}

export const stepSignature = { params: ["i32", "i32", "i32"], result: "i64" } as const;

/** An event that some check listens to, while a step that may emit it is compiled. */
interface Listened {
  readonly emitted: Local<"i32">;
  readonly args: readonly Local<"i32">[];
}

interface Compilation {
  readonly context: StepContext;
  readonly scope: FunctionScope;
  readonly words: WordLocals;
  readonly expressions: ExpressionContext;
  readonly choice: Local<"i32">;
  /** The violations so far, and the bit for "enabled". */
  readonly result: Local<"i64">;
  readonly location: Location;
  readonly listened: ReadonlyMap<string, Listened>;
  /** The assignments that can leave their range. */
  readonly rangeErrors: Target[];
}

export function stepFunction(context: StepContext, location: Location): FunctionRef {
  const { layout, program, builder } = context;
  return builder.func(stepSignature.params, stepSignature.result, ([source, destination, choice], scope) => {
    const result = scope.local("i64");
    const touched = touchedWords(scope, source);
    const { words } = touched;
    const old: WordSource = { word: (index) => load32(source, index * 4) };
    const listened = listenedEvents(context, location, scope);
    const expressions: ExpressionContext = { layout, slotOf: program.slotOf, scope, now: words };
    const compilation: Compilation = {
      context,
      scope,
      words,
      expressions,
      choice,
      result,
      location,
      listened,
      rangeErrors: [],
    };

    const body = block((end) => [...compileAll(location.body, compilation, end), unreachable]);
    const checks = stepChecks(compilation, old);
    const canLeaveRange = compilation.rangeErrors.length > 0;
    return [
      ...touched.load(),
      set(result, i64(enabledBit)),
      body,
      // Such a step does not lead to a state of the program, so no check is evaluated on it.
      ...(canLeaveRange ? [when(ltS(result, i64(0n)), [ret(i64(rangeErrorBit | enabledBit))])] : []),
      ...checks,
      ...touched.store(destination),
      ...copyUntouched(layout.words, touched, source, destination),
      result,
    ];
  });
}

function listenedEvents(
  { checks, program }: StepContext,
  location: Location,
  scope: FunctionScope,
): Map<string, Listened> {
  const listened = new Map<string, Listened>();
  for (const statement of allStatements(location.body)) {
    if (statement.op !== "emit" || !checks.events.has(statement.event) || listened.has(statement.event)) continue;
    const { parameters } = program.events.find(({ name }) => name === statement.event) ?? {
      parameters: statement.args,
    };
    listened.set(statement.event, { emitted: scope.local("i32"), args: parameters.map(() => scope.local("i32")) });
  }
  return listened;
}

function compileAll(statements: readonly Statement[], compilation: Compilation, end: Label): readonly Effect[] {
  return statements.flatMap((statement) => compileStatement(statement, compilation, end));
}

function compileStatement(statement: Statement, compilation: Compilation, end: Label): readonly Effect[] {
  const { context, expressions, location, choice, listened } = compilation;
  const disabled = ret(i64(0n));
  switch (statement.op) {
    case "assign":
      return assign(
        statement.target,
        compileWhole(statement.value, expressions),
        valueRange(statement.value),
        compilation,
      );
    case "if": {
      const condition = compileWhole(statement.condition, expressions);
      return [
        when(
          condition,
          compileAll(statement.then, compilation, end),
          compileAll(statement.otherwise, compilation, end),
        ),
      ];
    }
    case "await":
      return [when(eqz(compileWhole(statement.condition, expressions)), [disabled])];
    case "choose": {
      const { alternatives } = statement;
      const { endless } = context;
      const note = (one: Alternative): readonly Effect[] =>
        one.finitelyOften === undefined || endless === undefined ? [] : [setGlobal(endless.finitelyOften, i32(1))];
      if (alternatives.length === 1) return compileAll(at(alternatives, 0).body, compilation, end);
      const taken = compilation.scope.local("i32");
      const count = i32(alternatives.length);
      return [
        set(taken, remU(choice, count)),
        set(choice, divU(choice, count)),
        block((done) =>
          alternatives.map((one, number) =>
            when(eq(taken, i32(number)), [...note(one), ...compileAll(one.body, compilation, end), br(done)]),
          ),
        ),
      ];
    }
    case "assert":
      return compileAssert(statement, compilation);
    case "emit": {
      const event = listened.get(statement.event);
      if (event === undefined) return [];
      const args = statement.args.map((arg) => compileWhole(arg, expressions));
      return [
        ...event.args.flatMap((local, i) => (args[i] === undefined ? [] : [set(local, args[i])])),
        set(event.emitted, i32(1)),
      ];
    }
    case "goto": {
      const actor = context.program.actors[location.actor];
      if (actor === undefined) throw new Error(`location ${location.id} belongs to no actor`);
      const pc = fieldOfSlot(firstSlot(expressions, actor.pc), expressions);
      const place = statement.location - actor.first;
      const leftOver = location.choices > 1 ? [when(choice, [disabled])] : [];
      return [...leftOver, ...writeField(compilation.words, pc, i32(place), place), br(end)];
    }
  }
}

/** An assignment out of range is skipped and remembered, exactly as in the interpreter. */
function assign(
  target: Target,
  value: Value<"i32">,
  [low, high]: readonly [number, number],
  compilation: Compilation,
): readonly Effect[] {
  const { scope, words, expressions, result } = compilation;
  const { variable, index } = target;
  const slot = firstSlot(expressions, variable);
  const [min, max] = rangeOf(variable.type);
  const outOfRange: Value<"i32">[] = [];
  const before: Effect[] = [];

  let assigned = value;
  if (low < min || high > max) {
    const local = scope.local("i32");
    before.push(set(local, value));
    outOfRange.push(gtU(sub(local, i32(min)), i32(max - min)));
    assigned = local;
  }
  let write: readonly Effect[];
  const array = expressions.layout.arrays.get(variable);
  if (index.op === "const" && index.value >= 0 && index.value < variable.size) {
    const constant = low === high ? low : undefined;
    write = writeField(words, fieldOfSlot(slotIndex(slot + index.value), expressions), assigned, constant);
  } else {
    const position = scope.local("i32");
    const [first, last] = valueRange(index);
    before.push(set(position, compileWhole(index, expressions)));
    if (first < 0 || last >= variable.size) outOfRange.push(geU(position, i32(variable.size)));
    write =
      array === undefined
        ? writeField(words, fieldOfSlot(slot, expressions), assigned)
        : writeElement(words, array, position, assigned, scope);
  }
  if (outOfRange.length === 0) return [...before, ...write];
  compilation.rangeErrors.push(target);
  const bad = outOfRange.reduce((a, b) => or(a, b));
  return [...before, when(bad, [set(result, or(result, i64(rangeErrorBit)))], write)];
}

function compileAssert(
  statement: Extract<Statement, { op: "assert" }>,
  { context, expressions, result }: Compilation,
): readonly Effect[] {
  const fails = () => eqz(compileWhole(statement.condition, expressions));
  const asked = context.checks.assertions.get(statement.property);
  // The search may be asked about other properties only.
  if (asked === undefined) return unlessUnjudged(context, []);
  const judged = asked.flatMap(({ check, number, property }): readonly Effect[] => {
    if (check.kind === "assertion")
      return [markTested(number), when(fails(), [set(result, or(result, i64(propertyBit(property))))])];
    return check.message === statement.message ? [when(fails(), [markTested(number)])] : [];
  });
  return unlessUnjudged(context, judged);
}

/** The step checks, evaluated on the finished step: those for every step, and those for the events that it emitted. */
function stepChecks(compilation: Compilation, old: WordSource): readonly Effect[] {
  const { context, expressions, listened, location, result } = compilation;
  const step = stepNames(context.program, location);
  const judged = context.checks.step.flatMap(({ check, number, property }): readonly Effect[] => {
    const event = check.event === undefined ? undefined : listened.get(check.event);
    if (check.event !== undefined && event === undefined) return [];
    const seen: ExpressionContext = { ...expressions, old, step, ...(event === undefined ? {} : { args: event.args }) };
    const parts = check.premise === undefined ? [check.condition] : [check.premise, check.condition];
    const { before, context: inside } = shareSubexpressions(parts, seen);
    const violated = [set(result, or(result, i64(propertyBit(property))))];
    const judge = [...before, ...judgeCheck(check, number, inside, violated)];
    return event === undefined ? judge : [when(event.emitted, judge)];
  });
  return unlessUnjudged(context, judged);
}

function unlessUnjudged({ endless }: StepContext, judged: readonly Effect[]): readonly Effect[] {
  return endless === undefined || judged.length === 0 ? judged : [when(eqz(endless.unjudged), judged)];
}
