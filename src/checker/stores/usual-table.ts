/** When a table grows, and by how much, in the stores that keep a hash or an index in each entry. */
import type { Store } from "./store.ts";

/** From these sizes on (4 and 32 MiB of 32-bit entries) memory matters more, and finally more than time. */
const [middling, large] = [2 ** 20, 2 ** 23];

/**
 * To grow costs an insertion for every state. So the table grows eightfold while it is small, and twofold when large.
 */
export const usualTable: Pick<Store, "mostStatesIn" | "largerTable"> = {
  mostStatesIn: (entries) => 0.75 * entries,
  largerTable: (entries) => entries * (entries < middling ? 8 : entries < large ? 4 : 2),
};
