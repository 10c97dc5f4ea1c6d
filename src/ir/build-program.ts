/** Combines recorded actors and declared variables into the program that all other code works on. */
import { type AlikeActors, findSymmetries } from "./find-symmetries.ts";
import { type FlatStatement, flatten } from "./flatten.ts";
import { finish, type InParts } from "./in-parts.ts";
import { type LocationId, locationId, type SlotIndex, slotIndex } from "./indices.ts";
import { commonRange, dropIdleResets, liveRegisters, resetDeadRegisters, shareSlots } from "./liveness.ts";
import { at } from "./lookup.ts";
import { failAt, ModelError } from "./model-error.ts";
import type { Actor, EventType, Location, Program, Slot } from "./program.ts";
import type { RecordedActor } from "./recorder.ts";
import type { Outcome, Statement } from "./statement.ts";
import { withoutIdleReads, withoutOutcomes } from "./telling.ts";
import { int, isLegal, rangeOf, restingValue } from "./types.ts";
import { elementName, type Variable, variable } from "./variable.ts";
import { allStatements, bodiesOf, expressionsOf, variablesIn, withBodies } from "./visit.ts";

export interface ProgramParts {
  /** Shared state. */
  readonly variables: readonly Variable[];
  readonly events: readonly EventType[];
  readonly actors: readonly RecordedActor[];
  /** Initial values that differ from the declared ones, by variable: one value for each element. */
  readonly initial?: ReadonlyMap<Variable, readonly number[]>;
  readonly alike?: readonly AlikeActors[];
}

/**
 * Throws a ModelError on misuse: an undeclared variable or event, a loop without a step, or an event that a step can
 * emit twice.
 */
export function buildProgram(parts: ProgramParts): Program {
  return finish(buildProgramInParts(parts));
}

/** The same, with a pause after each actor. */
export function* buildProgramInParts({
  variables,
  events,
  actors: recorded,
  initial: changed,
  alike = [],
}: ProgramParts): InParts<Program> {
  rejectTwice(
    "variable",
    variables.map(({ name }) => name),
  );
  rejectTwice(
    "actor",
    recorded.map(({ name }) => name),
  );
  rejectTwice(
    "event",
    events.map(({ name }) => name),
  );
  for (const [declared, values] of changed ?? []) checkInitial(variables, declared, values);
  const eventTypes = new Map(events.map((event) => [event.name, event]));
  const shared = new Set(variables);

  const actors: Actor[] = [];
  const locations: Location[] = [];
  const live: ReadonlySet<Variable>[] = [];
  const registerSlots: { readonly actor: string; readonly registers: Variable[] }[] = [];
  for (const [number, actor] of recorded.entries()) {
    const flattened = flatten(actor, eventTypes);
    const liveHere = liveRegisters(flattened);
    const flat = dropIdleResets(flattened, liveHere);
    const first = locationId(locations.length);
    for (const [id, location] of resetDeadRegisters(flat, liveHere).entries()) {
      const telling = withoutIdleReads(placedStatements(location.body, first), at(liveHere, id));
      const body = withoutOutcomes(telling);
      const placed = { id: locationId(first + id), actor: number, body, telling, choices: choicesOf(body) };
      locations.push({ ...location, ...placed });
      live.push(at(liveHere, id));
    }
    const slots: Variable[][] = [];
    for (const [register, slot] of shareSlots(flat, liveHere)) {
      slots[slot] ??= [];
      slots[slot].push(register);
    }
    registerSlots.push(...slots.map((registers) => ({ actor: actor.name, registers })));
    const pc = variable(`${actor.name}.pc`, int(0, flat.length - 1), { actor: actor.name });
    const final = locationId(first + flat.length - 1);
    actors.push({ name: actor.name, pc, first, count: flat.length, start: first, final, registers: slots.flat() });
    yield;
  }

  const slots: Slot[] = [];
  const slotOf = new Map<Variable, SlotIndex>();
  for (const declared of [...variables, ...actors.map(({ pc }) => pc)]) {
    slotOf.set(declared, slotIndex(slots.length));
    const [min, max] = rangeOf(declared.type);
    for (const [element, initial] of (changed?.get(declared) ?? declared.initial).entries())
      slots.push({ name: elementName(declared, element), min, max, initial });
  }
  for (const { actor, registers } of registerSlots) {
    const [min, max] = commonRange(registers);
    const resting = restingValue(at(registers, 0).type);
    for (const register of registers) slotOf.set(register, slotIndex(slots.length));
    slots.push({ name: `${actor}.r${slots.length}`, min, max, initial: resting });
  }

  const placed = {
    actors,
    variables: [...variables, ...actors.flatMap(({ pc }) => pc), ...actors.flatMap(({ registers }) => registers)],
    events,
    slots,
    slotOf,
  };
  const program: Program = { ...placed, locations, live, symmetries: findSymmetries(placed, alike) };
  for (const location of locations) checkLocation(program, shared, location);
  return program;
}

function rejectTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) throw new ModelError(`the ${what} "${twice}" is declared twice`);
}

function checkInitial(variables: readonly Variable[], declared: Variable, values: readonly number[]): void {
  const { name, size, type } = declared;
  if (!variables.includes(declared)) throw new ModelError(`the variable "${name}" is not declared`);
  if (values.length !== size) throw new ModelError(`${name} has ${size} elements, not ${values.length}`);
  const illegal = values.find((value) => !isLegal(type, value));
  if (illegal !== undefined) throw new ModelError(`${name} cannot start as ${illegal}`);
}

function checkLocation(program: Program, shared: ReadonlySet<Variable>, location: Location): void {
  const actor = at(program.actors, location.actor).name;
  const fail = (message: string): never =>
    failAt({ actor, procedure: location.procedure, label: location.label }, message);
  for (const statement of allStatements(location.body)) {
    const check = (name: Variable): void => {
      if (name.actor === undefined ? !shared.has(name) : !program.slotOf.has(name))
        fail(`the variable "${name.name}" is not declared`);
      if (name.ghost && !mayReadGhosts(statement))
        fail(`the ghost "${name.name}" decides what happens; only properties may read it`);
    };
    for (const expr of expressionsOf(statement)) for (const name of variablesIn(expr)) check(name);
    if (statement.op === "assign") check(statement.target.variable);
  }
  emittedBy(location.body, new Set(), (event) => fail(`${event} can be emitted twice`));
}

/** The events that may have been emitted on some path to the end of the statements; empty if no path gets there. */
function emittedBy(
  statements: readonly Statement[],
  before: ReadonlySet<string>,
  reportTwice: (event: string) => void,
): ReadonlySet<string> {
  let emitted = before;
  for (const statement of statements) {
    if (statement.op === "goto") return new Set();
    if (statement.op === "emit") {
      if (emitted.has(statement.event)) reportTwice(statement.event);
      emitted = new Set(emitted).add(statement.event);
    }
    const bodies = bodiesOf(statement);
    const now = emitted;
    if (bodies.length > 0) emitted = new Set(bodies.flatMap((body) => [...emittedBy(body, now, reportTwice)]));
  }
  return emitted;
}

function mayReadGhosts(statement: Statement): boolean {
  if (statement.op === "assign") return statement.target.variable.ghost;
  return statement.op === "assert" || statement.op === "emit";
}

/** The statements with their `goto`s to locations of the program. `first` is the actor's first location. */
function placedStatements(
  statements: readonly FlatStatement[],
  first: LocationId,
): readonly Statement<LocationId, Outcome>[] {
  return statements.map((statement): Statement<LocationId, Outcome> => {
    if (statement.op === "goto") return { op: "goto", location: locationId(first + statement.location) };
    return withBodies<LocationId, Outcome>(
      statement,
      bodiesOf(statement).map((body) => placedStatements(body, first)),
    );
  });
}

/**
 * The number of choice numbers that make a difference: the product along a path, and the maximum over alternative
 * paths.
 */
function choicesOf(statements: readonly Statement[]): number {
  return statements.reduce((product, statement) => {
    if (statement.op === "if") return product * Math.max(choicesOf(statement.then), choicesOf(statement.otherwise));
    if (statement.op !== "choose") return product;
    return (
      product * statement.alternatives.length * Math.max(...statement.alternatives.map(({ body }) => choicesOf(body)))
    );
  }, 1);
}
