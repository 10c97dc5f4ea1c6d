import type { Ranks } from "./ranks.ts";

/** All ranks call this, and get the numbers of all, by rank. */
export async function numbersOfRanks(ranks: Ranks, own: readonly number[]): Promise<readonly (readonly number[])[]> {
  const all = await ranks.gather(new Uint8Array(Float64Array.from(own).buffer));
  return all.map((bytes) => [...new Float64Array(Uint8Array.from(bytes).buffer)]);
}
