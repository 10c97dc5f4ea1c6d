/** Which steps of different actors certainly lead to the same state in either order. */
import type { SlotIndex } from "../../ir/indices.ts";
import { at } from "../../ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import { allStatements, expressionsOf } from "../../ir/visit.ts";
import { type SlotSet, slotsRead, slotsWritten } from "./footprint.ts";

/**
 * The slots that a step writes, and those that it reads or writes, as bits. Slots that the same steps touch in the same
 * way share a bit. If these are still too many, others share one too, which only makes steps less independent.
 */
export interface StepBits {
  readonly written: bigint;
  /** `everyStep` is always set too. */
  readonly touched: bigint;
}

/** A step that writes this conflicts with every step. */
export const everyStep = 1n << 63n;
const slotBits = 63;

/** By location. */
export function stepBits(program: Program, properties: readonly Property[]): readonly StepBits[] {
  const checks = stepChecksOf(program, properties);
  const users = program.slots.map(() => ({ writers: [] as number[], readers: [] as number[] }));
  for (const [id, location] of program.locations.entries()) {
    for (const slot of slotsWritten(program, location)) at(users, slot).writers.push(id);
    for (const slot of readBy(program, checks, location)) at(users, slot).readers.push(id);
  }
  const bitOf = new Map<string, bigint>();
  const masks = program.locations.map(() => ({ written: 0n, touched: everyStep }));
  for (const { writers, readers } of users) {
    if (writers.length === 0) continue;
    const key = `${writers.join()} ${readers.join()}`;
    const bit = bitOf.get(key) ?? 1n << BigInt(bitOf.size % slotBits);
    bitOf.set(key, bit);
    for (const id of writers) at(masks, id).written |= bit;
    for (const id of [...writers, ...readers]) at(masks, id).touched |= bit;
  }
  return masks;
}

export function areIndependent(one: StepBits, other: StepBits): boolean {
  return ((one.written & other.touched) | (other.written & one.touched)) === 0n;
}

interface StepCheck {
  /** Undefined if the check is made on every step. */
  readonly event: string | undefined;
  readonly reads: SlotSet;
}

function stepChecksOf(program: Program, properties: readonly Property[]): readonly StepCheck[] {
  return properties
    .flatMap(({ checks }) => checks)
    .flatMap((check) => {
      if (check.kind !== "step") return [];
      const reads = new Set<SlotIndex>();
      slotsRead(program, check.condition, reads);
      if (check.premise !== undefined) slotsRead(program, check.premise, reads);
      return [{ event: check.event, reads }];
    });
}

/** What the step itself reads, and what is read to judge it. */
function readBy(program: Program, checks: readonly StepCheck[], location: Location): SlotSet {
  const slots = new Set<SlotIndex>();
  if (location.body.length > 0) slots.add(firstSlot(program, at(program.actors, location.actor).pc));
  const events = new Set<string>();
  for (const statement of allStatements(location.body)) {
    if (statement.op === "emit") events.add(statement.event);
    for (const expr of expressionsOf(statement)) slotsRead(program, expr, slots);
  }
  for (const { event, reads } of checks)
    if (event === undefined || events.has(event)) for (const slot of reads) slots.add(slot);
  return slots;
}
