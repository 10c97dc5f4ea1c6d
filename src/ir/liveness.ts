/**
 * Which registers matter at which location. A register is dead if every later step that reads it comes after a step
 * that sets it. A dead register is reset when its actor arrives at a location, so that dead values never make two
 * states differ. Registers that are never live at the same time share a slot, so that the state stays small.
 */
import type { FlatLocation, FlatStatement } from "./flatten.ts";
import { at } from "./lookup.ts";
import { isReset, resetOf } from "./statement.ts";
import { bitsFor, rangeOf, restingValue, rolesIn } from "./types.ts";
import type { Variable } from "./variable.ts";
import { allStatements, bodiesOf, expressionsOf, sharedIfSame, variablesIn, withBodies } from "./visit.ts";

type Registers = ReadonlySet<Variable>;

/** The registers that are live on arrival at each location: the least solution of the usual backward equations. */
export function liveRegisters(locations: readonly FlatLocation[]): readonly Registers[] {
  const live: Registers[] = locations.map(() => new Set());
  const before = predecessors(locations);
  const isDue = locations.map(() => true);
  for (let changed = true; changed; ) {
    changed = false;
    for (let id = locations.length - 1; id >= 0; id--) {
      if (!at(isDue, id)) continue;
      isDue[id] = false;
      const now = liveBefore(at(locations, id).body, new Set(), live);
      if (now.size === at(live, id).size) continue;
      live[id] = now;
      for (const earlier of at(before, id)) isDue[earlier] = true;
      changed = true;
    }
  }
  return live;
}

/** By location: the locations from which one step leads there. */
function predecessors(locations: readonly FlatLocation[]): readonly ReadonlySet<number>[] {
  const from = locations.map(() => new Set<number>());
  for (const [id, { body }] of locations.entries())
    for (const statement of allStatements(body)) if (statement.op === "goto") at(from, statement.location).add(id);
  return from;
}

/** What is live before the statements. Changes `now`, which is what is live after them. */
function liveBefore(
  statements: readonly FlatStatement[],
  now: Set<Variable>,
  live: readonly Registers[],
): Set<Variable> {
  for (let position = statements.length - 1; position >= 0; position--) {
    const statement = at(statements, position);
    const bodies = bodiesOf(statement);
    if (bodies.length > 0) {
      const branches = bodies.map((body) => liveBefore(body, new Set(now), live));
      now.clear();
      for (const branch of branches) addAll(branch, now);
    }
    stepBack(statement, now, live);
  }
  return now;
}

/** Changes `now` from what is live after a statement, or before the statements inside it, to what is live before it. */
function stepBack(statement: FlatStatement, now: Set<Variable>, live: readonly Registers[]): void {
  if (statement.op === "goto") {
    now.clear();
    addAll(at(live, statement.location), now);
  }
  if (statement.op === "assign") now.delete(statement.target.variable);
  for (const expr of expressionsOf(statement))
    for (const read of variablesIn(expr)) if (read.actor !== undefined) now.add(read);
}

function addAll(registers: Registers, into: Set<Variable>): void {
  for (const register of registers) into.add(register);
}

/** Leaves out resets of registers that are set or reset again before anything reads them. */
export function dropIdleResets(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): readonly FlatLocation[] {
  /** The statements that are kept. Changes `now` as `liveBefore` does. */
  const drop = (statements: readonly FlatStatement[], now: Set<Variable>): readonly FlatStatement[] => {
    const kept: FlatStatement[] = [];
    for (let position = statements.length - 1; position >= 0; position--) {
      const statement = at(statements, position);
      if (isIdleReset(statement, now)) continue;
      const branches = bodiesOf(statement).map((body) => {
        const branch = new Set(now);
        return { body: drop(body, branch), branch };
      });
      kept.push(
        withBodies(
          statement,
          branches.map(({ body }) => body),
        ),
      );
      if (branches.length > 0) now.clear();
      for (const { branch } of branches) addAll(branch, now);
      stepBack(statement, now, live);
    }
    return sharedIfSame(kept.reverse(), statements);
  };
  return locations.map((location) => ({ ...location, body: drop(location.body, new Set()) }));
}

function isIdleReset(statement: FlatStatement, after: Registers): boolean {
  return statement.op === "assign" && isReset(statement) && !after.has(statement.target.variable);
}

/** The registers that hold a value at some time during a location's step. */
function busy(location: FlatLocation, live: Registers): Set<Variable> {
  const registers = new Set(live);
  for (const statement of allStatements(location.body)) {
    if (statement.op === "assign" && statement.target.variable.actor !== undefined)
      registers.add(statement.target.variable);
  }
  return registers;
}

/** Puts a reset of every register that dies in a step before the `goto` that ends the step. */
export function resetDeadRegisters(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): readonly FlatLocation[] {
  return locations.map((location, id) => {
    const registers = busy(location, at(live, id));
    const rewrite = (statements: readonly FlatStatement[]): readonly FlatStatement[] => {
      const made: FlatStatement[] = [];
      for (const statement of statements) {
        if (statement.op !== "goto") made.push(withBodies(statement, bodiesOf(statement).map(rewrite)));
        else {
          const after = at(live, statement.location);
          for (const register of registers) if (!after.has(register)) made.push(resetOf(register));
          made.push(statement);
        }
      }
      return sharedIfSame(made, statements);
    };
    return { ...location, body: rewrite(location.body) };
  });
}

/**
 * Gives each register a slot number. Registers that are busy in the same step never share a slot. Neither do registers
 * whose values stand for different things. Unused registers get no slot.
 */
export function shareSlots(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): ReadonlyMap<Variable, number> {
  const groups = locations.map((location, id) => busy(location, at(live, id)));
  const neighbours = new Map<Variable, Set<Variable>>();
  for (const group of groups) {
    for (const register of group) {
      const known = neighbours.get(register) ?? new Set();
      neighbours.set(register, known);
      for (const other of group) if (other !== register) known.add(other);
    }
  }
  const slots = new Map<Variable, number>();
  const meanings: string[] = [];
  const bits = (register: Variable) => bitsFor(register.type);
  const order = [...neighbours].sort(([a], [b]) => bits(b) - bits(a));
  for (const [register, others] of order) {
    const taken = new Set([...others].map((other) => slots.get(other)));
    let slot = 0;
    const meaning = meaningOf(register);
    while (taken.has(slot) || (meanings[slot] ?? meaning) !== meaning) slot++;
    meanings[slot] = meaning;
    slots.set(register, slot);
  }
  return slots;
}

/** What must be known about a slot in order to permute elements of scalarsets in it. */
function meaningOf({ type }: Variable): string {
  const roles = rolesIn(type).map(({ role, field }) => [role.set.name, role.values, field?.shift, field?.bits]);
  return JSON.stringify([restingValue(type), roles]);
}

/** The range that holds every value of the given registers. */
export function commonRange(registers: readonly Variable[]): readonly [min: number, max: number] {
  const ranges = registers.map((register) => rangeOf(register.type));
  return [Math.min(0, ...ranges.map(([min]) => min)), Math.max(0, ...ranges.map(([, max]) => max))];
}
