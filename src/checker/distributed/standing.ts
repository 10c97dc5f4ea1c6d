/** How far a rank is. At each exchange all ranks get the standings of all, so they decide the same. */
import { at } from "../../ir/lookup.ts";
import type { Ranks } from "./ranks.ts";

export interface Standing {
  /** Whether the rank has expanded all its states of the level. */
  readonly isDone: boolean;
  /** Not 0: why the rank wants the search to end (memory/ending.ts). */
  readonly ending: number;
  readonly states: number;
  /** Own states of the next level so far. */
  readonly next: number;
  /** As it was some time ago at most (comparing.ts). */
  readonly transitions: number;
  /** Of states and table. */
  readonly bytes: number;
  /** The violations found so far, as a mask. */
  readonly found: bigint;
  /** Whether it is time for a checkpoint. */
  readonly checkpointIsDue: boolean;
}

/** What is true of all ranks together. */
export interface Standings extends Standing {
  /** The same for all ranks: of the first rank that wants to end. */
  readonly ending: number;
  /** By the clock of rank 0. */
  readonly checkpointIsDue: boolean;
}

export async function compareStandings(ranks: Ranks, own: Standing): Promise<Standings> {
  const numbers = Float64Array.of(
    own.isDone ? 1 : 0,
    own.ending,
    own.states,
    own.next,
    own.transitions,
    own.bytes,
    Number(own.found & 0xffffffffn),
    Number(own.found >> 32n),
    own.checkpointIsDue ? 1 : 0,
  );
  const all = (await ranks.gather(new Uint8Array(numbers.buffer))).map(
    (bytes) => new Float64Array(Uint8Array.from(bytes).buffer),
  );
  const total = (position: number): number => all.reduce((sum, one) => sum + at(one, position), 0);
  const low = all.reduce((mask, one) => mask | BigInt(at(one, 6)), 0n);
  const high = all.reduce((mask, one) => mask | BigInt(at(one, 7)), 0n);
  return {
    isDone: total(0) === ranks.size,
    ending: all.map((one) => at(one, 1)).find((ending) => ending !== 0) ?? 0,
    states: total(2),
    next: total(3),
    transitions: total(4),
    bytes: total(5),
    found: low | (high << 32n),
    checkpointIsDue: at(at(all, 0), 8) === 1,
  };
}
