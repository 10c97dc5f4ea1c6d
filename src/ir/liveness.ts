/**
 * Which registers matter where. A register that no later step reads before it is set again is dead; it is reset when
 * its actor arrives at a location, so that dead values never tell two states apart, and registers that never matter
 * at the same time share a slot, so that the state stays small.
 */
import type { Expr } from "./expression.ts";
import type { FlatLocation } from "./flatten.ts";
import { isReset, resetOf, type Statement } from "./statement.ts";
import { bitsFor, rangeOf, restingValue, rolesIn } from "./types.ts";
import type { Variable } from "./variable.ts";
import { allStatements, expressionsOf, variablesRead } from "./walk.ts";

type Registers = ReadonlySet<Variable>;

/** The registers live on arrival at each location: the least solution of the usual backward equations. */
export function liveRegisters(locations: readonly FlatLocation[]): readonly Registers[] {
  const live: Set<Variable>[] = locations.map(() => new Set());
  for (let changed = true; changed; ) {
    changed = false;
    for (let id = locations.length - 1; id >= 0; id--) {
      const before = liveBefore(locations[id]?.body ?? [], new Set(), live);
      if (before.size > (live[id]?.size ?? 0)) {
        live[id] = before;
        changed = true;
      }
    }
  }
  return live;
}

function liveBefore(statements: readonly Statement[], after: Registers, live: readonly Registers[]): Set<Variable> {
  let now = new Set(after);
  for (const statement of [...statements].reverse()) {
    switch (statement.op) {
      case "goto":
        now = new Set(live[statement.location]);
        break;
      case "if":
        now = union(liveBefore(statement.then, now, live), liveBefore(statement.otherwise, now, live));
        break;
      case "choose":
        now = union(...statement.alternatives.map(({ body }) => liveBefore(body, now, live)));
        break;
      case "assign":
        now.delete(statement.target.variable);
        break;
    }
    for (const expr of expressionsOf(statement)) addRegisters(expr, now);
  }
  return now;
}

function addRegisters(expr: Expr, into: Set<Variable>): void {
  for (const read of variablesRead(expr)) if (read.actor !== undefined) into.add(read);
}

function union(...sets: readonly Registers[]): Set<Variable> {
  return new Set(sets.flatMap((set) => [...set]));
}

/** Leaves out resets of registers that nothing reads before they are set or reset again. */
export function dropIdleResets(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): readonly FlatLocation[] {
  const drop = (statements: readonly Statement[], after: Registers): Statement[] => {
    const kept: Statement[] = [];
    let now = after;
    for (const statement of [...statements].reverse()) {
      const rest = now;
      now = liveBefore([statement], now, live);
      if (isReset(statement) && statement.op === "assign" && !rest.has(statement.target.variable)) now = rest;
      else if (statement.op === "if")
        kept.push({ ...statement, then: drop(statement.then, rest), otherwise: drop(statement.otherwise, rest) });
      else if (statement.op === "choose")
        kept.push({
          op: "choose",
          alternatives: statement.alternatives.map(({ name, body }) => ({ name, body: drop(body, rest) })),
        });
      else kept.push(statement);
    }
    return kept.reverse();
  };
  return locations.map((location) => ({ ...location, body: drop(location.body, new Set()) }));
}

/** The registers that hold something at some time during a location's step. */
function busy(location: FlatLocation, live: Registers): Set<Variable> {
  const registers = new Set(live);
  for (const statement of allStatements(location.body)) {
    if (statement.op === "assign" && statement.target.variable.actor !== undefined)
      registers.add(statement.target.variable);
  }
  return registers;
}

/** Puts a reset of every register that dies in a step before the `goto` that ends it. */
export function resetDeadRegisters(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): readonly FlatLocation[] {
  return locations.map((location, id) => {
    const registers = busy(location, live[id] ?? new Set());
    const rewrite = (statements: readonly Statement[]): Statement[] =>
      statements.flatMap((statement): Statement[] => {
        if (statement.op === "if")
          return [{ ...statement, then: rewrite(statement.then), otherwise: rewrite(statement.otherwise) }];
        if (statement.op === "choose")
          return [
            {
              op: "choose",
              alternatives: statement.alternatives.map(({ name, body }) => ({ name, body: rewrite(body) })),
            },
          ];
        if (statement.op !== "goto") return [statement];
        const dead = [...registers].filter((register) => !live[statement.location]?.has(register));
        return [...dead.map(resetOf), statement];
      });
    return { ...location, body: rewrite(location.body) };
  });
}

/**
 * Gives each register a slot number; registers that are busy in one step never share one, nor do those whose values
 * stand for different things. Unused registers get none.
 */
export function shareSlots(
  locations: readonly FlatLocation[],
  live: readonly Registers[],
): ReadonlyMap<Variable, number> {
  const groups = locations.map((location, id) => busy(location, live[id] ?? new Set()));
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
  const order = [...neighbours.keys()].sort((a, b) => bits(b) - bits(a));
  for (const register of order) {
    const taken = new Set([...(neighbours.get(register) ?? [])].map((other) => slots.get(other)));
    let slot = 0;
    const meaning = meaningOf(register);
    while (taken.has(slot) || (meanings[slot] ?? meaning) !== meaning) slot++;
    meanings[slot] = meaning;
    slots.set(register, slot);
  }
  return slots;
}

/** What has to be known of a slot to exchange elements of scalarsets in it. */
function meaningOf({ type }: Variable): string {
  const roles = rolesIn(type).map(({ role, field }) => [role.set.name, role.values, field?.shift, field?.bits]);
  return JSON.stringify([restingValue(type), roles]);
}

/** The range that holds every value of the given registers. */
export function commonRange(registers: readonly Variable[]): readonly [min: number, max: number] {
  const ranges = registers.map((register) => rangeOf(register.type));
  return [Math.min(0, ...ranges.map(([min]) => min)), Math.max(0, ...ranges.map(([, max]) => max))];
}
