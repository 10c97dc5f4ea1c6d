import { bankName } from "../../codegen/wasm/store/stored-states.ts";
import { areaOf, type SharedMemory } from "./shared-memory.ts";

/** What is generated for a search. */
export interface SearchCode {
  readonly module: WebAssembly.Module;
  /** Of a bank; where there are none, undefined. */
  readonly bank: WebAssembly.Module | undefined;
}

/** The generated code, bound to one worker's area. */
export interface ModuleInstance {
  readonly run: (first: number, last: number) => number;
  readonly scan: (first: number, last: number, filter: number, shift: number) => number;
  readonly violationsEnd: () => number;
  /** These two only where a property asks whether all can still finish. */
  readonly successors: (first: number, last: number) => number;
  readonly batchSize: () => number;
  /** These four only where states are known by their fingerprints; the last one as `successors`. */
  readonly enter: (fingerprint: bigint) => void;
  readonly firstEmpty: (from: number, to: number) => number;
  readonly rehash: (from: number, to: number) => void;
  readonly slotOf: (index: number) => number;
  readonly reinsert: (first: number, last: number) => void;
  readonly closeSegment: () => void;
  readonly setTableMask: (mask: number) => void;
  /** Only where there are banks: see window.ts. */
  readonly setWindow: (base: number) => void;
  readonly hash: (address: number) => number;
  readonly checkAll: (address: number) => bigint;
  /** Only where the search makes use of symmetries: writes the canonical form of the state at `from`. */
  readonly canonical: (from: number, to: number) => void;
}

export function instantiate({ module, bank }: SearchCode, shared: SharedMemory, worker: number): ModuleInstance {
  const imports: WebAssembly.Imports = {
    env: { memory: shared.memory },
    params: { area: areaOf(shared.plan, worker) | 0 },
  };
  if (bank !== undefined)
    for (const [number, memory] of shared.banks.entries())
      imports[bankName(number)] = new WebAssembly.Instance(bank, { env: { memory } }).exports;
  // The module is our own: checker-module.ts exports exactly these.
  return new WebAssembly.Instance(module, imports).exports as unknown as ModuleInstance;
}
