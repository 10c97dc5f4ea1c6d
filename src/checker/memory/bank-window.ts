/** The generated code works on states that lie in its own memory; those of a bank are copied there first. */
import type { ModuleInstance } from "./module-instance.ts";
import { areaOf, type SharedMemory, statesBetween } from "./shared-memory.ts";

/** To be called before code works on the states `first` to `end - 1` of one segment, and again when others came between. */
export function openWindow(
  shared: SharedMemory,
  instance: ModuleInstance,
  worker: number,
  first: number,
  end: number,
): void {
  const { memory, plan } = shared;
  if (plan.banks === 0) return;
  if (first < plan.ownStates) return instance.setWindow(plan.statesAt | 0);
  const at = windowOf(shared, worker);
  const states = statesBetween(shared, first, end);
  new Uint8Array(memory.buffer, at, states.length).set(states);
  instance.setWindow((at - first * plan.stride) | 0);
}

/** The address of one state where the code can reach it; until others are asked for. */
export function reachableAddress(
  shared: SharedMemory,
  instance: ModuleInstance,
  worker: number,
  index: number,
): number {
  const { plan } = shared;
  if (index < plan.ownStates) return (plan.statesAt + index * plan.stride) | 0;
  openWindow(shared, instance, worker, index, index + 1);
  return windowOf(shared, worker) | 0;
}

function windowOf({ plan }: SharedMemory, worker: number): number {
  return areaOf(plan, worker) + plan.windowIn;
}
