import { areaOf, type SharedMemory } from "./shared-memory.ts";

/** The generated code, bound to one worker's area. */
export interface ModuleInstance {
  readonly run: (first: number, last: number) => number;
  readonly scan: (first: number, last: number, filter: number, shift: number) => number;
  readonly violationsEnd: () => number;
  /** These two only where a property asks whether all can still finish. */
  readonly successors: (first: number, last: number) => number;
  readonly batchSize: () => number;
  readonly reinsert: (first: number, last: number) => void;
  readonly closeSegment: () => void;
  readonly setTableMask: (mask: number) => void;
  readonly hash: (address: number) => number;
  readonly checkAll: (address: number) => bigint;
  /** Only where the search makes use of symmetries: writes the canonical form of the state at `from`. */
  readonly canonical: (from: number, to: number) => void;
}

export function instantiate(module: WebAssembly.Module, shared: SharedMemory, worker: number): ModuleInstance {
  const imports = { env: { memory: shared.memory }, params: { area: areaOf(shared.plan, worker) | 0 } };
  // The module is our own: checker-module.ts exports exactly these.
  return new WebAssembly.Instance(module, imports).exports as unknown as ModuleInstance;
}
