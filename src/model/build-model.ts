/** From a scenario and a kernel's features to the program to check. */
import { buildProgramInParts } from "../ir/build-program.ts";
import type { State } from "../ir/evaluate.ts";
import { type Expr, eq, ne, subtract } from "../ir/expression.ts";
import type { AlikeActors } from "../ir/find-symmetries.ts";
import { type FlatLocation, flatten } from "../ir/flatten.ts";
import { finish, finishInTurns, type InParts } from "../ir/in-parts.ts";
import { locationId } from "../ir/indices.ts";
import { executeStep, initialState } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import { firstSlot, type Program, type ProgramNames } from "../ir/program.ts";
import { stepsOf } from "../ir/recorded-steps.ts";
import { procedure, type RecordedActor, type Recorder, recordActor, type StepNode } from "../ir/recorder.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import { bool, enumeration, int } from "../ir/types.ts";
import { type Variable, variable } from "../ir/variable.ts";
import { drivers } from "./driver/drivers.ts";
import type { FeatureName, FeatureSet } from "./features/catalogue.ts";
import { listening } from "./features/listening.ts";
import type { Context } from "./machine/context.ts";
import { declareMachine } from "./machine/declare-machine.ts";
import { eventTypes } from "./machine/events.ts";
import type { Machine } from "./machine/machine.ts";
import type { Model, ModelNames } from "./model.ts";
import { attributesText, recordOperation, textOf } from "./operations.ts";
import { rememberedStart, rememberStart } from "./remembered-start.ts";
import type { ActorSpec, OperationCall, ProgramItem, Scenario } from "./scenario/scenario.ts";
import { ScenarioError } from "./scenario/scenario-error.ts";
import { machineSchema } from "./schema/machine-schema.ts";

/** Changes the recorded program of an actor. This is how to find out what a scenario would not notice. */
export type ActorChange = (actor: RecordedActor, context: Context) => RecordedActor;

const unchanged: ActorChange = (actor) => actor;

/** Throws a ScenarioError if an operation of `initially` cannot end when it runs alone. */
export function buildModel(scenario: Scenario, features: FeatureSet, change?: ActorChange): Model {
  return finish(buildModelInParts(scenario, features, change));
}

/** The same for a process that has to handle signals meanwhile: a long scenario takes seconds. */
export function buildModelInTurns(
  scenario: Scenario,
  features: FeatureSet,
  signal?: AbortSignal,
  change?: ActorChange,
): Promise<Model> {
  return finishInTurns(buildModelInParts(scenario, features, change), signal);
}

function* buildModelInParts(scenario: Scenario, features: FeatureSet, change: ActorChange = unchanged): InParts<Model> {
  const { machine, initial } = yield* startOf(scenario, features, change);
  const program = yield* programOf(machine, everything, initial, change, machine.alike.threads);
  return { program, schema: machineSchema(machine, program) };
}

/**
 * The names of a model, in a fraction of the time that the model takes. Rejects as `buildModelInTurns` does. The program
 * counters are none of the model's: expressions compile for these names, but mean nothing.
 */
export function nameModelInTurns(scenario: Scenario, features: FeatureSet, signal?: AbortSignal): Promise<ModelNames> {
  return finishInTurns(nameModelInParts(scenario, features), signal);
}

function* nameModelInParts(scenario: Scenario, features: FeatureSet): InParts<ModelNames> {
  const { machine } = yield* startOf(scenario, features, unchanged);
  const actors: ProgramNames["actors"][number][] = [];
  const locations: FlatLocation[] = [];
  for (const steps of flatActors(machine)) {
    const [{ name }, first] = [at(machine.actors, actors.length), locations.length];
    const pc = variable(`${name}.pc`, int(0, steps.length - 1), { actor: name });
    actors.push({ name, pc, first: locationId(first), final: locationId(first + steps.length - 1) });
    locations.push(...steps);
    yield;
  }
  const program = { actors, locations, events: eventTypes(machine) };
  return { program, schema: machineSchema(machine, program) };
}

type Values = ReadonlyMap<Variable, readonly number[]>;

interface Start {
  readonly machine: Machine;
  /** The shared values after `initially`, by variable. */
  readonly initial: Values;
}

function* startOf(scenario: Scenario, features: FeatureSet, change: ActorChange): InParts<Start> {
  if (change !== unchanged) {
    const machine = declareMachine(scenario, features);
    return { machine, initial: yield* valuesAtStart(machine, scenario, change) };
  }
  const known = rememberedStart(scenario, features);
  if (known !== undefined) {
    const machine = declareMachine(scenario, features);
    return { machine, initial: new Map(machine.variables.map((declared, place) => [declared, at(known, place)])) };
  }
  const answers = new Map<FeatureName, boolean>();
  const machine = declareMachine(scenario, listening(features, answers));
  const initial = yield* valuesAtStart(machine, scenario, unchanged);
  const values = machine.variables.map((declared) => initial.get(declared) ?? declared.initial);
  // A copy, because the machine goes on to ask.
  rememberStart(scenario, { answers: new Map(answers), values });
  return { machine, initial };
}

/** The shared values after `initially`, by variable: none if nothing happens. */
function* valuesAtStart(machine: Machine, { initially }: Scenario, change: ActorChange): InParts<Values> {
  let values: Values = new Map();
  for (const [position, first] of initially.entries()) {
    const program = yield* programOf(machine, only(first), values, change);
    values = sharedValues(machine, program, runAlone(program, position));
  }
  return values;
}

/**
 * The program in which each actor runs what `run` says, whatever the scenario lists. All such programs of a machine have
 * the machine's variables first and in the same order. So the shared values at the end of one program can be the start
 * of another.
 */
export function buildRun(machine: Machine, run: RunOf, change: ActorChange = unchanged): Program {
  return finish(programOf(machine, run, new Map(), change));
}

/** What an actor runs: in the scenario itself, or in one step of `initially`. */
export type RunOf = (actor: ActorSpec) => readonly ProgramItem[];

const everything: RunOf = ({ run }) => run;

function only({ actor, call }: Scenario["initially"][number]): RunOf {
  return ({ name }) => (name === actor ? [{ kind: "operation", call }] : []);
}

/** Shows `change` all that a build would show it. To make programs of it takes several times as long. */
export function recordScenario(scenario: Scenario, features: FeatureSet, change: ActorChange): void {
  const machine = declareMachine(scenario, features);
  for (const run of [...scenario.initially.map(only), everything])
    for (const actor of machine.actors.keys()) recordOne(machine, actor, run, change);
}

/**
 * The steps of a scenario's operations, without their bodies unless these are asked for. Each operation is recorded as
 * if its actor ran nothing else. The key is the operation's name with its attributes; if a key occurs more than once,
 * the first occurrence counts. `only`: this operation alone.
 */
export function outlineOperations(
  scenario: Scenario,
  features: FeatureSet,
  only?: string,
  bodies: "recorded" | "left out" = "left out",
): ReadonlyMap<string, readonly StepNode[]> {
  const machine = declareMachine(scenario, features);
  const recorded = new Map<string, readonly StepNode[]>();
  for (const [actor, spec] of machine.actors.entries()) {
    const context = { machine, actor, mm: mmOf(machine, spec), drivers };
    for (const call of callsOf(spec.run)) {
      const key = `${call.operation}${attributesText(call)}`;
      if (recorded.has(key) || call.operation !== (only ?? call.operation)) continue;
      const main = actorProgram(context, [{ kind: "operation", call }], unordered);
      recorded.set(key, stepsOf(recordActor(spec.name, main, bodies)));
    }
  }
  return recorded;
}

/** The steps of all actors, as they are recorded. To make a program of them takes several times as long. */
export function recordedSteps(scenario: Scenario, features: FeatureSet): readonly FlatLocation[] {
  return [...flatActors(declareMachine(scenario, features))].flat();
}

/** The same without their bodies, and also those that no path reaches. This takes a quarter of the time. */
export function stepsOfActors(scenario: Scenario, features: FeatureSet): readonly StepNode[] {
  const machine = declareMachine(scenario, features);
  return machine.actors.flatMap((_, actor) => stepsOf(recordOne(machine, actor, everything, unchanged, "left out")));
}

/** The steps of `initially`, without their bodies. */
export function stepsOfStart(scenario: Scenario, features: FeatureSet): readonly StepNode[] {
  const machine = declareMachine(scenario, features);
  return scenario.initially.flatMap((first) =>
    machine.actors.flatMap((_, actor) => stepsOf(recordOne(machine, actor, only(first), unchanged, "left out"))),
  );
}

function* flatActors(machine: Machine): Generator<readonly FlatLocation[]> {
  const events = new Map(eventTypes(machine).map((event) => [event.name, event]));
  for (const actor of machine.actors.keys()) yield flatten(recordOne(machine, actor, everything, unchanged), events);
}

function* programOf(
  machine: Machine,
  run: RunOf,
  initial: Values,
  change: ActorChange,
  alike: readonly AlikeActors[] = [],
): InParts<Program> {
  const actors: RecordedActor[] = [];
  for (const actor of machine.actors.keys()) {
    actors.push(recordOne(machine, actor, run, change));
    yield;
  }
  const parts = { variables: machine.variables, events: eventTypes(machine), actors, initial, alike };
  return yield* buildProgramInParts(parts);
}

function recordOne(
  machine: Machine,
  actor: number,
  run: RunOf,
  change: ActorChange,
  bodies: "recorded" | "left out" = "recorded",
): RecordedActor {
  const spec = at(machine.actors, actor);
  const context = { machine, actor, mm: mmOf(machine, spec), drivers };
  const order = run === everything ? orderOf(machine, spec) : unordered;
  return change(recordActor(spec.name, actorProgram(context, run(spec), order), bodies), context);
}

/** The number of the address space in which an actor works. */
function mmOf({ mms }: Machine, { process }: ActorSpec): number {
  return mms.findIndex(({ name }) => name === process);
}

/** The place of an actor in the order that `after` gives. */
interface Order {
  /** Whether each of the actors that come first has finished. */
  readonly before: readonly Expr[];
  /** Where this actor notes that it has finished, if others wait for it. */
  readonly finished: Expr | undefined;
}

/** In `initially`, each operation runs alone. */
const unordered: Order = { before: [], finished: undefined };

function orderOf({ finished }: Machine, { name, after = [] }: ActorSpec): Order {
  return { before: after.flatMap((other) => finished(other) ?? []), finished: finished(name) };
}

function actorProgram(context: Context, run: readonly ProgramItem[], order: Order) {
  return procedure<undefined>("program", { file: "scenario" }, (k) => {
    if (run.length > 0) {
      awaitOthers(k, order);
      awaitProcess(k, context, run, order);
    }
    for (const [position, item] of run.entries()) {
      const killed = (place: string) => {
        giveUp(k, context, childrenOf(run), ` when killed before ${place}`);
        noteFinished(k, order, ` when killed before ${place}`);
      };
      if (item.kind === "operation") recordOperation(k, context, item.call, { name: `${position}`, killed });
      else recordFreeChoice(k, context, item, { position, killed });
    }
    giveUp(k, context, childrenOf(run.filter(({ kind }) => kind === "any")));
    noteFinished(k, order);
  });
}

function awaitOthers(k: Recorder, { before }: Order): void {
  if (before.length === 0) return;
  k.step("wait for other actors", "begins when the actors have finished that come before it", () => {
    for (const finished of before) k.await(finished);
  });
}

function noteFinished(k: Recorder, { finished }: Order, when = ""): void {
  if (finished === undefined) return;
  k.step(`finished${when}`, "has finished, so the actors that come after it may begin", () => k.set(finished, true));
}

/** The actors of a forked process begin when the process runs. They never begin if the fork failed. */
function awaitProcess(k: Recorder, context: Context, run: readonly ProgramItem[], order: Order): void {
  const { machine, mm } = context;
  if (at(machine.mms, mm).parent === undefined) return;
  const state = machine.processState(mm);
  const failed = k.register("fork_failed", bool);
  k.step("wait for the fork", "waits until the process runs or its fork has failed", () => {
    k.await(ne(state, "not_started"));
    k.set(failed, eq(state, "failed"));
    k.if(
      failed,
      () => k.outcome("sees that the fork has failed"),
      () => k.outcome("sees that the process runs"),
    );
  });
  k.if(failed, () => {
    giveUp(k, context, childrenOf(run));
    noteFinished(k, order, " without a process");
    k.return();
  });
}

/** The processes that the forks of a program make. */
function childrenOf(run: readonly ProgramItem[]): readonly string[] {
  return callsOf(run).flatMap(({ target, operation }) =>
    operation === "fork" && target.kind === "process" ? [target.process] : [],
  );
}

function callsOf(run: readonly ProgramItem[]): readonly OperationCall[] {
  return run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls));
}

/** Releases the actors that wait for a child which can no longer be forked. */
function giveUp(k: Recorder, { machine }: Context, children: readonly string[], when = ""): void {
  if (children.length === 0) return;
  k.step(`no more forks${when}`, "releases the actors that wait for a process which will not come", () => {
    for (const child of children) {
      const state = machine.processState(machine.mms.findIndex(({ name }) => name === child));
      k.if(eq(state, "not_started"), () => k.set(state, "failed"));
    }
  });
}

function recordFreeChoice(
  k: Recorder,
  context: Context,
  item: { calls: readonly OperationCall[]; times: number },
  { position, killed }: { readonly position: number; readonly killed: (place: string) => void },
): void {
  const names = item.calls.map((call, number) => `${call.operation} #${number}`);
  const chosen = k.register(`choice ${position}`, enumeration("Choice", names));
  const left = k.register(`left ${position}`, int(0, item.times));
  k.set(left, item.times);
  k.loop(() => {
    k.if(eq(left, 0), () => k.break());
    k.step(`next operation ${position}`, "chooses the next operation", () => {
      const choose = (name: string, call: OperationCall) => () => {
        k.outcome(`chooses ${textOf(call)}`);
        k.set(chosen, name);
      };
      k.choose(Object.fromEntries(names.map((name, number) => [name, choose(name, at(item.calls, number))])));
      k.set(left, subtract(left, 1));
    });
    const takeFrom = (number: number): void => {
      const call = at(item.calls, number);
      const take = () => recordOperation(k, context, call, { name: `${position}.${number}`, killed });
      // If it is none of the others, it is the last one.
      if (number === item.calls.length - 1) return take();
      k.if(eq(chosen, at(names, number)), take, () => takeFrom(number + 1));
    };
    takeFrom(0);
  });
}

const longestSetup = 100_000;

/** Runs the one actor that has a program to its end, and always takes the first enabled choice. */
function runAlone(program: Program, position: number): State {
  let state = initialState(program);
  for (let steps = 0; steps < longestSetup; steps++) {
    const location = restingPlaces(program, state).find(({ body }) => body.length > 0);
    if (location === undefined) return state;
    const choices = Array.from({ length: location.choices }, (_, choice) => choice);
    const outcome = choices
      .map((choice) => executeStep(program, state, location.id, choice))
      .find((taken) => taken !== undefined);
    const where = `${location.procedure}, step "${location.label}"`;
    if (outcome === undefined) throw new ScenarioError(position, `it waits for ever at ${where}`);
    const problem = outcome.rangeError ?? outcome.failures[0]?.message;
    if (problem !== undefined) throw new ScenarioError(position, `it fails at ${where}: ${problem}`);
    state = outcome.state;
  }
  throw new ScenarioError(position, "it does not end");
}

function sharedValues(machine: Machine, program: Program, state: State): Values {
  return new Map(
    machine.variables.map((variable) => {
      const first = firstSlot(program, variable);
      return [variable, [...state.subarray(first, first + variable.size)]];
    }),
  );
}
