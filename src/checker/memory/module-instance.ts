import { bankName } from "../../codegen/wasm/store/bank-name.ts";
import type { Names } from "../../codegen/wasm/store/exported-functions.ts";
import { areaOf, type SharedMemory } from "./shared-memory.ts";

/** The code generated for a search. */
export interface SearchCode {
  readonly module: WebAssembly.Module;
  /** The module of each further memory; undefined if there are none. */
  readonly bank: WebAssembly.Module | undefined;
}

/** The code of each further memory. */
export function instantiateBanks({ bank }: SearchCode, { banks }: SharedMemory): readonly WebAssembly.Exports[] {
  if (bank === undefined) return [];
  return banks.map((memory) => new WebAssembly.Instance(bank, { env: { memory } }).exports);
}

/** The generated code, bound to one worker's area. It calls the functions of the banks. */
export function instantiate(
  { module }: SearchCode,
  shared: SharedMemory,
  worker: number,
  banks: readonly WebAssembly.Exports[] = [],
): WebAssembly.Exports {
  const imports = {
    ...Object.fromEntries(banks.map((exports, number) => [bankName(number), exports])),
    env: { memory: shared.memory },
    params: { area: areaOf(shared.plan, worker) | 0 },
  };
  return new WebAssembly.Instance(module, imports).exports;
}

/** Functions of a module of our own, which has their types. Throws an Error if one is missing. */
export function functionsOf<Functions>(exports: WebAssembly.Exports, names: Names<Functions>): Functions {
  for (const name of Object.keys(names))
    if (typeof exports[name] !== "function") throw new Error(`the generated code exports no function ${name}`);
  return exports as unknown as Functions;
}
