/** Where the steps of each actor lead, and how they change the numbers with which it counts. */
import { elementSlots } from "./element-slots.ts";
import type { Expr } from "./expression.ts";
import { type LocationId, locationId } from "./indices.ts";
import { at } from "./lookup.ts";
import type { Program } from "./program.ts";
import type { Statement } from "./statement.ts";
import { allStatements } from "./visit.ts";

/** How a slot may differ after a step: any of these, as a mask. */
export const change = { down: 1, none: 2, up: 4 } as const;
const anyChange = change.down | change.none | change.up;

/** By slot. A slot that is not there does not change. */
export type Changes = ReadonlyMap<number, number>;

/** All ways from one location to another. */
export interface ControlEdge {
  readonly from: LocationId;
  readonly to: LocationId;
  readonly changes: Changes;
}

/** Leaves out alternatives that no run takes for ever, and changes of slots with which no actor counts. */
export function controlEdges(program: Program): readonly ControlEdge[] {
  const counters = countersOf(program);
  return program.locations.flatMap(({ id: from, body }) => {
    const changes = new Map<LocationId, Changes>();
    follow(program, counters, body, new Map(), changes);
    return [...changes].map(([to, atEnd]) => ({ from, to, changes: atEnd }));
  });
}

/** Slots to which some step adds a constant, or from which it takes one away, and which one actor only writes. */
function countersOf(program: Program): ReadonlySet<number> {
  const counters = new Set<number>();
  const writers = new Map<number, number>();
  const shared = new Set<number>();
  for (const { actor, body } of program.locations)
    for (const statement of allStatements(body)) {
      if (statement.op !== "assign") continue;
      for (const slot of elementSlots(program, statement.target)) {
        if ((writers.get(slot) ?? actor) !== actor) shared.add(slot);
        writers.set(slot, actor);
        if (statement.value.op === "binary" && isSure(changeBy(program, statement.value, slot))) counters.add(slot);
      }
    }
  for (const slot of shared) counters.delete(slot);
  return counters;
}

function isSure(how: number): boolean {
  return how === change.down || how === change.up;
}

/** Enters in `ends` each location to which the statements lead. Gives what has changed if they go on after the last. */
function follow(
  program: Program,
  counters: ReadonlySet<number>,
  statements: readonly Statement[],
  before: Changes,
  ends: Map<LocationId, Changes>,
): Changes | undefined {
  let now: Changes | undefined = before;
  for (const statement of statements) {
    const start: Changes = now;
    const into = (body: readonly Statement[]) => follow(program, counters, body, start, ends);
    if (statement.op === "goto") {
      const to = locationId(statement.location);
      const known = ends.get(to);
      ends.set(to, known === undefined ? start : either(known, start));
      return undefined;
    }
    if (statement.op === "assign") now = after(program, counters, start, statement);
    else if (statement.op === "if") now = join(into(statement.then), into(statement.otherwise));
    else if (statement.op === "choose") {
      const taken = statement.alternatives.filter(({ finitelyOften }) => finitelyOften !== true);
      now = taken.map(({ body }) => into(body)).reduce(join, undefined);
    }
    if (now === undefined) return undefined;
  }
  return now;
}

function join(one: Changes | undefined, other: Changes | undefined): Changes | undefined {
  return one === undefined || other === undefined ? (one ?? other) : either(one, other);
}

function either(one: Changes, other: Changes): Changes {
  if (one === other) return one;
  const slots = new Set([...one.keys(), ...other.keys()]);
  return new Map([...slots].map((slot) => [slot, (one.get(slot) ?? change.none) | (other.get(slot) ?? change.none)]));
}

function after(
  program: Program,
  counters: ReadonlySet<number>,
  before: Changes,
  { target, value }: Extract<Statement, { op: "assign" }>,
): Changes {
  const slots = elementSlots(program, target).filter((slot) => counters.has(slot));
  if (slots.length === 0) return before;
  const now = new Map(before);
  const only = slots.length === 1 ? at(slots, 0) : undefined;
  for (const slot of slots) {
    const assigned = slot === only ? changeBy(program, value, slot) : anyChange;
    now.set(slot, bothOf(before.get(slot) ?? change.none, assigned));
  }
  return now;
}

/** How the slot changes if it gets this value. */
function changeBy(program: Program, value: Expr, slot: number): number {
  const { min, max } = at(program.slots, slot);
  if (value.op === "const") {
    if (value.value <= min) return change.down | change.none;
    return value.value >= max ? change.none | change.up : anyChange;
  }
  if (value.op === "binary" && value.right.op === "const" && reads(program, value.left, slot)) {
    const by = value.operator === "+" ? value.right.value : value.operator === "-" ? -value.right.value : undefined;
    if (by !== undefined) return by < 0 ? change.down : by > 0 ? change.up : change.none;
  }
  return reads(program, value, slot) ? change.none : anyChange;
}

function reads(program: Program, value: Expr, slot: number): boolean {
  if (value.op !== "load" || value.old || value.index.op !== "const") return false;
  return elementSlots(program, value)[0] === slot;
}

/** One change after the other. */
function bothOf(first: number, second: number): number {
  if (first === change.none) return second;
  if (second === change.none) return first;
  const both = first | second;
  // Down and up may cancel each other out. If both go one way, it is enough that one of them surely goes.
  if ((both & change.down) !== 0 && (both & change.up) !== 0) return anyChange;
  return (first & second & change.none) !== 0 ? both : both & ~change.none;
}
