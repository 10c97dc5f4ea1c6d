/** A bit for each slot of a table: which states can finish. There are a few bits after the last slot's. */
import { wordAt } from "../../ir/lookup.ts";

export function slotBits(entries: number): Uint8Array {
  return new Uint8Array(entries / 8 + 1);
}

export function has(bits: Uint8Array, position: number): boolean {
  return ((wordAt(bits, position >>> 3) >>> (position & 7)) & 1) === 1;
}

export function add(bits: Uint8Array, position: number): void {
  bits[position >>> 3] = wordAt(bits, position >>> 3) | (1 << (position & 7));
}
