/** On the page no actor sleeps: what it searches is small, and it has little room for code. */
import type * as whole from "../../../codegen/wasm/expand/sleeping-actors.ts";

export const sleepersOf: typeof whole.sleepersOf = () => undefined;
export const keepSleepers: typeof whole.keepSleepers = () => [];
export const fillFootprints: typeof whole.fillFootprints = () => {};
