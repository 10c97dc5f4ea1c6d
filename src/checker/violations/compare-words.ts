/** Compares packed states of one length word by word; negative if the first is less. */
import { at } from "../../ir/lookup.ts";
export function compareWords(a: Uint32Array, b: Uint32Array): number {
  for (const [i, word] of a.entries()) {
    const other = at(b, i);
    if (word !== other) return word < other ? -1 : 1;
  }
  return 0;
}
