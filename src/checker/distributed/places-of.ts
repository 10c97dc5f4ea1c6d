import { wordAt } from "../../ir/lookup.ts";
import { areaOf, type SharedMemory } from "../memory/shared-memory.ts";
import type { StoreThread } from "../stores/store.ts";
import { inBatches } from "./outgoing.ts";
import { answerFunctionsOf } from "./rank-functions.ts";

/** For each state of this rank: one more than its place in the store, or 0 if it is not stored. */
export function placesOf(shared: SharedMemory, thread: StoreThread, states: Uint8Array): Int32Array {
  const { memory, plan } = shared;
  const { lookUpReceived } = answerFunctionsOf(thread);
  const places = new Int32Array(memory.buffer, areaOf(plan, plan.workers) + plan.probesIn);
  const found = new Int32Array(states.length / plan.stride);
  let looked = 0;
  for (const count of inBatches(shared, states)) {
    thread.reach(0, 1);
    lookUpReceived(count);
    for (let i = 0; i < count; i++) found[looked++] = wordAt(places, 2 * i);
  }
  return found;
}
