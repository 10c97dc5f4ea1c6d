/** Expands the states of a level again, to find the transitions that lead into given states. */
import { wordAt } from "../../ir/lookup.ts";
import { areaOf, longWord } from "../memory/shared-memory.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import { type Record, recordsBetween } from "../violations/violation-candidates.ts";

/**
 * The transitions from the states of these segments whose successors have the hash of one of the targets. Others may be
 * among them. A target is the stored form of a state, and so is each successor. Call this when all workers have ended.
 */
export function* transitionsInto(
  { shared }: Pick<Store, "shared">,
  thread: StoreThread,
  segments: readonly { readonly first: number; readonly end: number }[],
  targets: readonly Uint32Array[],
): Generator<Record> {
  const { memory, plan } = shared;
  const { functions } = thread;
  // `scan` records with mask 1, and every real violation must be ignored.
  longWord(shared, "newViolations")[0] = 1n;
  // The table is no longer needed, so its memory becomes a bitmap of the hashes.
  const log2 = Math.min(
    Math.log2(plan.initialEntries) + 5,
    Math.max(10, Math.ceil(Math.log2(targets.length * 64 + 1))),
  );
  const shift = 32 - log2;
  const bitmap = new Uint8Array(memory.buffer, plan.tableAt, 2 ** log2 / 8).fill(0);
  const address = areaOf(plan, plan.workers) + plan.canonicalIn;
  const state = new Uint32Array(memory.buffer, address, plan.stride / 4);
  for (const words of targets) {
    state.set(words);
    const position = functions.hash(address | 0) >>> shift;
    bitmap[position >>> 3] = wordAt(bitmap, position >>> 3) | (1 << (position & 7));
  }
  const start = (areaOf(plan, plan.workers) + plan.violationsIn) >>> 0;
  for (const { first, end } of segments) {
    thread.reach(first, end);
    for (let next = first; next < end; ) {
      next = functions.scan(next, end, plan.tableAt | 0, shift);
      yield* recordsBetween(memory, plan, start, functions.violationsEnd() >>> 0);
    }
  }
}
