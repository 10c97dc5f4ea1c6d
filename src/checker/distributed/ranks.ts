/** The processes that search together, and how they exchange data. */
import type { Rank } from "../../memory/exchange-plan.ts";

/**
 * All ranks call the same functions in the same order; each call waits for all of them. The bytes that it gives stay valid
 * until the next call. It rejects with a SearchFailure if a rank is lost.
 */
export interface Ranks extends Rank {
  /** How many of them run on this machine, this one included. */
  readonly onThisHost: number;
  /** Gives every rank the bytes of all, by rank. They may differ in length. */
  readonly gather: (own: Uint8Array) => Promise<readonly Uint8Array[]>;
  /** Sends bytes to each rank, itself included, by rank, and gives those that came from each. Memory that threads share may be sent. */
  readonly exchange: (outgoing: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;
}
