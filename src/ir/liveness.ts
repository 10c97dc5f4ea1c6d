/**
 * Which registers matter at which location. A register is dead if every later step that reads it comes after a step
 * that sets it. A dead register is reset when its actor arrives at a location, so that dead values never make two
 * states differ. Registers that are never live at the same time share a slot, so that the state stays small.
 */
import type { Expr } from "./expression.ts";
import type { FlatLocation, FlatStatement } from "./flatten.ts";
import { at } from "./lookup.ts";
import { isReset, resetOf } from "./statement.ts";
import { bitsFor, rangeOf, restingValue, rolesIn } from "./types.ts";
import type { Variable } from "./variable.ts";
import { allStatements, bodiesOf, expressionsOf, variablesRead, withBodies } from "./visit.ts";

type Registers = ReadonlySet<Variable>;

/** The registers that are live on arrival at each location: the least solution of the usual backward equations. */
export function liveRegisters(locations: readonly FlatLocation[]): readonly Registers[] {
  const live: Registers[] = locations.map(() => new Set());
  for (let changed = true; changed; ) {
    changed = false;
    for (let id = locations.length - 1; id >= 0; id--) {
      const before = liveBefore(at(locations, id).body, new Set(), live);
      if (before.size > at(live, id).size) {
        live[id] = before;
        changed = true;
      }
    }
  }
  return live;
}

function liveBefore(statements: readonly FlatStatement[], after: Registers, live: readonly Registers[]): Registers {
  let now = after;
  for (const statement of statements.toReversed()) {
    const bodies = bodiesOf(statement);
    const then = now;
    const inside = bodies.length === 0 ? now : union(...bodies.map((body) => liveBefore(body, then, live)));
    now = liveBeforeOne(statement, inside, live);
  }
  return now;
}

/** `inside`: what is live before the statements inside it; if it has none, what is live after it. */
function liveBeforeOne(statement: FlatStatement, inside: Registers, live: readonly Registers[]): Registers {
  if (statement.op === "goto") return at(live, statement.location);
  const now = new Set(inside);
  if (statement.op === "assign") now.delete(statement.target.variable);
  for (const expr of expressionsOf(statement)) addRegisters(expr, now);
  return now;
}

function addRegisters(expr: Expr, into: Set<Variable>): void {
  for (const read of variablesRead(expr)) if (read.actor !== undefined) into.add(read);
}

function union(...sets: readonly Registers[]): Set<Variable> {
  const all = new Set<Variable>();
  for (const set of sets) for (const register of set) all.add(register);
  return all;
}

/** Leaves out resets of registers that are set or reset again before anything reads them. */
export function dropIdleResets(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): readonly FlatLocation[] {
  /** The statements that are kept, and what is live before them. */
  const drop = (
    statements: readonly FlatStatement[],
    after: Registers,
  ): readonly [kept: FlatStatement[], live: Registers] => {
    const kept: FlatStatement[] = [];
    let now = after;
    for (const statement of statements.toReversed()) {
      if (isIdleReset(statement, now)) continue;
      const bodies = bodiesOf(statement).map((body) => drop(body, now));
      kept.push(
        withBodies(
          statement,
          bodies.map(([body]) => body),
        ),
      );
      now = liveBeforeOne(statement, bodies.length === 0 ? now : union(...bodies.map(([, before]) => before)), live);
    }
    return [kept.reverse(), now];
  };
  return locations.map((location) => ({ ...location, body: drop(location.body, new Set())[0] }));
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
    const rewrite = (statements: readonly FlatStatement[]): FlatStatement[] =>
      statements.flatMap((statement): FlatStatement[] => {
        if (statement.op !== "goto") return [withBodies(statement, bodiesOf(statement).map(rewrite))];
        const dead = [...registers].filter((register) => !at(live, statement.location).has(register));
        return [...dead.map(resetOf), statement];
      });
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
