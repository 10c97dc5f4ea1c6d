/** The model, one operation at a time: all states at rest that an operation can lead to. */

import { initialState } from "../../src/ir/interpreter.ts";
import { at, required, wordAt } from "../../src/ir/lookup.ts";
import { firstSlot } from "../../src/ir/program.ts";
import { type ActorChange, buildRun } from "../../src/model/build-model.ts";
import type { FeatureSet } from "../../src/model/features/catalogue.ts";
import { declareMachine } from "../../src/model/machine/declare-machine.ts";
import type { Machine } from "../../src/model/machine/machine.ts";
import { textOf } from "../../src/model/operations.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { OperationCall, ProgramItem } from "../../src/model/scenario/scenario.ts";
import type { LabSetup, LabStep } from "../lab-program.ts";
import { conditions } from "./conditions.ts";
import { endsUnknown, type ModelEnding } from "./endings.ts";
import { keepRestStates, type RestState, type RestStates } from "./rest-states.ts";
import { type Ended, type OperationProgram, runOperation } from "./run-operation.ts";
import { featuresIn } from "./setup-features.ts";
import { handlerName } from "./setups.ts";

export interface ModelOutcome {
  readonly state: RestState;
  readonly ending: ModelEnding;
  readonly complaints: readonly string[];
}

export interface LabModel {
  readonly setup: LabSetup;
  /** What is different in this model. */
  readonly change: ActorChange | undefined;
  readonly machine: Machine;
  readonly states: RestStates;
  /** Every end of the step from the state. An operation that has to be left undone ends where it begins. */
  readonly outcomes: (from: RestState, step: LabStep) => readonly ModelOutcome[];
}

/** One of the model's operations that a step stands for. */
interface Part {
  readonly step: LabStep;
  readonly program: OperationProgram;
}

/** A step that was met before. */
interface KnownStep {
  /** They run one after the other. */
  readonly parts: readonly Part[];
  /** By the number of the state from which it was taken. */
  readonly outcomes: Map<number, readonly ModelOutcome[]>;
}

/** The most times that one operation may wait for userfaultfd. */
const mostFaults = 8;

/** `change`: what is different in this model, as `buildModel` takes it. */
export function labModel(setup: LabSetup, features: FeatureSet, change?: ActorChange): LabModel {
  const machine = declareMachine(setup.scenario, featuresIn(setup, features));
  const states = keepRestStates(machine);
  const kinds = new Map<string, KnownStep>();
  const bySteps = new WeakMap<LabStep, KnownStep>();

  /** Equal steps are one, although the same step is a different object in each program. */
  function knownStep(step: LabStep): KnownStep {
    const before = bySteps.get(step);
    if (before !== undefined) return before;
    const key = `${step.actor} ${textOf(step.call)}`;
    const kind = kinds.get(key) ?? { parts: partsOf(step), outcomes: new Map() };
    kinds.set(key, kind);
    bySteps.set(step, kind);
    return kind;
  }

  function partsOf(step: LabStep): readonly Part[] {
    const calls = conditionOf(step)?.standsFor?.(machine, step.call, setup) ?? [step.call];
    const parts = new Map<string, Part>();
    return calls.map((call) => {
      const part = parts.get(textOf(call)) ?? { step: { ...step, call }, program: buildFor({ ...step, call }) };
      parts.set(textOf(call), part);
      return part;
    });
  }

  function buildFor({ actor: name, call }: LabStep): OperationProgram {
    const handler = handlerOf(machine, name);
    const run = (actor: { readonly name: string }): readonly ProgramItem[] => {
      if (actor.name === name) return [{ kind: "operation", call }];
      if (actor.name === handler?.name) return [{ kind: "any", calls: handler.calls, times: mostFaults }];
      return [];
    };
    const program = buildRun(machine, run, change);
    return {
      program,
      initial: initialState(program),
      machine,
      operation: call.operation as OperationName,
      actor: actorNamed(machine, name),
      handler: handler && {
        actor: actorNamed(machine, handler.name),
        resolves: handler.calls.map((resolve) => addressOf(machine, resolve) ?? -1),
      },
    };
  }

  function outcomes(from: RestState, step: LabStep): readonly ModelOutcome[] {
    const { parts, outcomes: known } = knownStep(step);
    const before = known.get(from.id);
    if (before !== undefined) return before;
    let found: readonly ModelOutcome[] = [{ state: from, ending: { kind: "done" }, complaints: [] }];
    for (const [position, part] of parts.entries())
      found = distinct(
        found.flatMap((reached) =>
          position > 0 && isDoneBefore(part, from, reached.state) ? [reached] : outcomesOf(part, reached),
        ),
      );
    known.set(from.id, found);
    return found;
  }

  function isDoneBefore({ step }: Part, from: RestState, now: RestState): boolean {
    const place = placeOf(machine, step);
    const done = place && conditionOf(step)?.doneBefore?.(place);
    return done !== undefined && states.evaluate(done.atStart, from) !== 0 && states.evaluate(done.now, now) !== 0;
  }

  /** After the operations before it have reached an outcome. The first that does not end well says how the step ends. */
  function outcomesOf({ step, program }: Part, { state: from, ending, complaints }: ModelOutcome) {
    return ends(from, step, program).map((end): ModelOutcome => {
      const state = states.keep(end.state);
      return {
        state,
        ending: ending.kind === "done" ? endingAfter(step, state, end.ending) : ending,
        complaints: [...complaints, ...end.complaints],
      };
    });
  }

  /** The ending of an operation whose condition looks at the state afterwards. */
  function endingAfter(step: LabStep, state: RestState, ending: ModelEnding): ModelEnding {
    const endsWell = conditionOf(step)?.endsWell;
    const place = placeOf(machine, step);
    if (endsWell === undefined || place === undefined || ending.kind !== "done") return ending;
    return states.evaluate(endsWell.if(place), state) === 0 ? endsWell.otherwise : ending;
  }

  function ends(from: RestState, step: LabStep, of: OperationProgram): readonly Ended[] {
    const place = placeOf(machine, step);
    const values = from.values.slice();
    const nothing: Ended = { state: from.values, ending: { kind: "unknown" }, complaints: [] };
    const condition = conditionOf(step);
    const stays: number[] = [];
    if (condition !== undefined && place !== undefined) {
      const { skips, clears, leavesCleared } = condition;
      if (skips !== undefined && states.evaluate(skips(place), from) !== 0) return [nothing];
      const cleared = clears?.(place);
      if (cleared !== undefined && states.evaluate(cleared.if, from) !== 0)
        for (const one of cleared.these) values[states.slotOf(one, from)] = 0;
      stays.push(...(leavesCleared?.(place) ?? []).map((expr) => states.slotOf(expr, from)));
    }
    const userfault = machine.userfaultAt(of.actor);
    const slot = userfault.op === "load" ? firstSlot(of.program, userfault.variable) + of.actor : undefined;
    const waitsAt = (state: Int32Array) => {
      const waits = slot === undefined ? 0 : wordAt(state, slot);
      return waits === 0 ? undefined : waits - 1;
    };
    const saysNothing = endsUnknown.some(({ operation }) => operation === step.call.operation);
    const cleared = stays.filter((one) => wordAt(values, one) === 0);
    const ran = runOperation(of, values, waitsAt).map((end): Ended => {
      for (const one of cleared) end.state[one] = 0;
      return saysNothing && end.ending.kind === "done" ? { ...end, ending: { kind: "unknown" } } : end;
    });
    return condition?.mayDoNothing === true ? [...ran, nothing] : ran;
  }

  return { setup, change, machine, states, outcomes };
}

function conditionOf({ call }: LabStep) {
  return conditions.find(({ operation }) => operation === call.operation);
}

/** The handler of an actor's process; undefined if the actor is the handler or there is none. */
export function handlerOf(machine: Machine, name: string) {
  const handler = machine.actors.find((actor) => actor.name === handlerName);
  const process = at(machine.actors, actorNamed(machine, name)).process;
  if (handler === undefined || name === handlerName || handler.process !== process) return undefined;
  return {
    name: handlerName,
    calls: handler.run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls)),
  };
}

export function actorNamed({ actors }: Machine, name: string): number {
  return actors.findIndex((actor) => actor.name === name);
}

/** The number of the address of an operation on one page. */
export function addressOf(machine: Machine, { target }: OperationCall): number | undefined {
  if (target.kind !== "pages") return undefined;
  return (
    required(
      machine.vmas.find(({ name }) => name === target.vma),
      target.vma,
    ).first + target.first
  );
}

export function placeOf(machine: Machine, { actor, call }: LabStep) {
  const va = addressOf(machine, call);
  if (va === undefined) return undefined;
  const { process, device } = at(machine.actors, actorNamed(machine, actor));
  return {
    machine,
    mm: machine.mms.findIndex(({ name }) => name === process),
    va,
    device: device === undefined ? undefined : machine.devices.findIndex(({ name }) => name === device),
  };
}

function distinct(outcomes: readonly ModelOutcome[]): readonly ModelOutcome[] {
  if (outcomes.length === 1) return outcomes;
  const byKey = new Map(
    outcomes.map((outcome) => [JSON.stringify([outcome.state.id, outcome.ending, outcome.complaints]), outcome]),
  );
  return [...byKey.values()];
}
