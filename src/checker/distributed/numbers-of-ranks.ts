import { at } from "../../ir/lookup.ts";
import type { Ranks } from "./ranks.ts";

/** All ranks call this, and get the numbers of all, by rank. */
export async function numbersOfRanks(ranks: Ranks, own: readonly number[]): Promise<readonly (readonly number[])[]> {
  const all = await ranks.gather(new Uint8Array(Float64Array.from(own).buffer));
  return all.map((bytes) => [...new Float64Array(Uint8Array.from(bytes).buffer)]);
}

/** The same, added up by position. All give as many numbers. */
export async function sumsOfRanks(ranks: Ranks, own: readonly number[]): Promise<number[]> {
  const all = await numbersOfRanks(ranks, own);
  return own.map((_, position) => all.reduce((sum, one) => sum + at(one, position), 0));
}

/** One message is not longer, because MPI counts all bytes of a call in 32 bits. */
const wordsOfMessage = 2 ** 20;

/** All ranks call this, and get the words of all: those of rank 0, then those of rank 1, and so on. */
export async function ofAllRanks(ranks: Ranks, own: Int32Array): Promise<Int32Array> {
  const lengths = (await numbersOfRanks(ranks, [own.length])).map(([length = 0]) => length);
  const starts = lengths.map((_, rank) => lengths.slice(0, rank).reduce((sum, length) => sum + length, 0));
  const all = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  for (let from = 0; from < Math.max(...lengths); from += wordsOfMessage) {
    const some = own.slice(from, from + wordsOfMessage);
    for (const [rank, bytes] of (await ranks.gather(new Uint8Array(some.buffer))).entries())
      if (bytes.length > 0) all.set(new Int32Array(Uint8Array.from(bytes).buffer), at(starts, rank) + from);
  }
  return all;
}
