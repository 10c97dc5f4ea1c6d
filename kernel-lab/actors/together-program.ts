/** The program of the model in which several actors run together, with what a search of it needs to remember. */
import type { State } from "../../src/ir/evaluate.ts";
import { executeStep, initialState, type StepOutcome } from "../../src/ir/interpreter.ts";
import { at, required, wordAt } from "../../src/ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../../src/ir/program.ts";
import { allStatements } from "../../src/ir/visit.ts";
import { buildRun } from "../../src/model/build-model.ts";
import { textOf } from "../../src/model/operations.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { ProgramItem } from "../../src/model/scenario/scenario.ts";
import { endingRows, endsUnknown, type ModelEnding } from "../conform/endings.ts";
import { actorNamed, addressOf, handlerOf, type LabModel } from "../conform/model-outcomes.ts";
import { tells, textWithoutValues } from "../conform/run-operation.ts";
import type { ActorRun } from "./actors-program.ts";
import { type Condition, conditionsOf } from "./operation-conditions.ts";

/** One operation of one actor. */
export interface TogetherOperation {
  readonly name: OperationName;
  readonly actor: number;
  readonly first: Location;
  /** Where the actor is after the operation. */
  readonly after: Location;
  readonly conditions: readonly Condition[];
  /** The slot that holds how far it is: `notBegun`, `begun`, or how it ends: `firstRow` and more for `endingRows`. */
  readonly slot: number;
}

/** A state of the program has these slots after those of the program: one for each operation, and one for complaints. */
export interface Together {
  readonly program: Program;
  /** By actor as the program lists them, then in order. */
  readonly operations: readonly (readonly TogetherOperation[])[];
  /** The actor that answers the faults of userfaultfd, and what each of its choices resolves. */
  readonly handler: { readonly actor: number; readonly resolves: readonly number[] } | undefined;
  readonly start: (values: State) => State;
  readonly take: (state: State, location: Location, choice: number) => State | undefined;
  /** The state in which the operation that begins here is left undone; undefined if it has to be done. */
  readonly skip: (state: State, location: Location) => State | undefined;
  /** Slots that the conditions of an operation use where it begins. */
  readonly alsoUsed: (location: Location) => readonly number[];
  readonly endings: (state: State) => readonly (readonly ModelEnding[])[];
  readonly complaints: (state: State) => readonly string[];
}

const notBegun = 0;
const begun = 1;
const firstRow = 2;

/** The most times that one handler answers. */
const mostAnswers = 4;

export function togetherProgram(model: LabModel, runs: readonly ActorRun[]): Together {
  const { machine } = model;
  const [handler] = runs.flatMap(({ actor }) => handlerOf(machine, actor) ?? []);
  const items = ({ name }: { readonly name: string }): readonly ProgramItem[] => {
    const run = runs.find(({ actor }) => actor === name);
    if (run !== undefined) return run.calls.map((call) => ({ kind: "operation", call }));
    return name === handler?.name ? [{ kind: "any", calls: handler.calls, times: mostAnswers }] : [];
  };
  const program = buildRun(machine, items, model.change);
  let slots = program.slots.length;
  const operations = runs.map(({ actor: name, calls }) =>
    calls.map((call): TogetherOperation => {
      const actor = actorNamed(machine, name);
      const { first, after } = extentOf(program, actor, textOf(call));
      const conditions = conditionsOf(model, program, { actor: name, call });
      return { name: call.operation as OperationName, actor, first, after, conditions, slot: slots++ };
    }),
  );
  const all = operations.flat();
  const complaintSlot = slots;
  const messages: string[] = [];
  const operationOf = new Map(
    program.locations.map((location) => [
      location,
      all.find(({ actor, first }) => actor === location.actor && first.operation === location.operation),
    ]),
  );

  function start(values: State): State {
    const state = new Int32Array(complaintSlot + 1);
    state.set(initialState(program));
    state.set(values);
    return state;
  }

  function take(before: State, location: Location, choice: number): State | undefined {
    const operation = operationOf.get(location);
    if (operation === undefined) return noted(executeStep(program, before, location.id, choice));
    const from = wordAt(before, operation.slot) === notBegun ? begin(before, operation) : before;
    if (from === undefined) return undefined;
    if (wordAt(from, operation.slot) !== begun) return noted(executeStep(program, from, location.id, choice));
    const said: string[] = [];
    const state = noted(
      executeStep(program, from, location.id, choice, {
        chose: () => {},
        said: (words) => said.push(textWithoutValues(words)),
      }),
    );
    const row = endingRows.findIndex((one) => tells(one, operation.name, location, said));
    if (state !== undefined && row >= 0) state[operation.slot] = firstRow + row;
    return state;
  }

  /** The state after a step, with what the model found wrong. */
  function noted(outcome: StepOutcome | undefined): State | undefined {
    if (outcome === undefined) return undefined;
    const { state, failures, rangeError } = outcome;
    for (const message of [
      ...failures.map((failure) => failure.message),
      ...(rangeError === undefined ? [] : [rangeError]),
    ]) {
      if (!messages.includes(message)) messages.push(message);
      state[complaintSlot] = wordAt(state, complaintSlot) | (1 << Math.min(messages.indexOf(message), 31));
    }
    return state;
  }

  function skip(before: State, location: Location): State | undefined {
    const operation = operationOf.get(location);
    if (operation === undefined || wordAt(before, operation.slot) !== notBegun) return undefined;
    if (!isLeftUndone(before, operation) && operation.conditions.every(({ mayDoNothing }) => !mayDoNothing))
      return undefined;
    const { pc, first } = at(program.actors, operation.actor);
    const state = before.slice();
    state[firstSlot(program, pc)] = operation.after.id - first;
    state[operation.slot] = begun;
    return state;
  }

  return {
    program,
    operations,
    handler: handler && {
      actor: actorNamed(machine, handler.name),
      resolves: handler.calls.map((call) => addressOf(machine, call) ?? -1),
    },
    start,
    take,
    skip,
    alsoUsed: (location) =>
      all.filter(({ first }) => first === location).flatMap(({ conditions }) => conditions.flatMap(({ uses }) => uses)),
    endings: (state) => operations.map((ones) => ones.map((one) => endingIn(state, one))),
    complaints: (state) => messages.filter((_, bit) => (wordAt(state, complaintSlot) >>> Math.min(bit, 31)) & 1),
  };
}

/** The state in which an operation takes its first step; undefined if it takes none. */
function begin(before: State, operation: TogetherOperation): State | undefined {
  if (isLeftUndone(before, operation)) return undefined;
  const state = before.slice();
  for (const slot of operation.conditions.flatMap(({ clears }) => clears(before))) state[slot] = 0;
  state[operation.slot] = begun;
  return state;
}

function isLeftUndone(state: State, { conditions }: TogetherOperation): boolean {
  return conditions.some(({ skips }) => skips?.(state) === true);
}

function endingIn(state: State, { slot, name }: TogetherOperation): ModelEnding {
  const row = wordAt(state, slot) - firstRow;
  if (row >= 0) return at(endingRows, row).ending;
  return endsUnknown.some(({ operation }) => operation === name) ? { kind: "unknown" } : { kind: "done" };
}

/** An operation's first location, and the location that follows it. No actor runs the same operation twice. */
function extentOf(program: Program, actor: number, text: string): { first: Location; after: Location } {
  const { first: start, count } = at(program.actors, actor);
  const own = program.locations.slice(start, start + count);
  const inside = own.filter(({ operation }) => operation === text);
  const targets = (from: readonly Location[]) =>
    from.flatMap(({ body }) =>
      [...allStatements(body)].flatMap((statement) =>
        statement.op === "goto" ? [at(program.locations, statement.location)] : [],
      ),
    );
  const entered = [at(own, 0), ...targets(own.filter((location) => !inside.includes(location)))];
  const left = targets(inside).filter((location) => !inside.includes(location));
  const first = entered.find((location) => inside.includes(location));
  const after = left.find(({ body }) => body.length > 0) ?? left[0];
  return { first: required(first, `the beginning of ${text}`), after: required(after, `the end of ${text}`) };
}
