/** The part of the memory by which one of several processes passes states on: what it found for each of the others. */
import { aligned } from "./memory-map.ts";

/** One of the processes that search together. */
export interface Rank {
  /** From 0 to `size - 1`. */
  readonly rank: number;
  readonly size: number;
}

/** One of them, and how it knows which states are its own. */
export interface Owner extends Rank {
  /** For each word of a state the bits that select the rank to which it belongs. None if there is only one rank. */
  readonly ownerMasks: readonly number[];
}

export interface ExchangePlan extends Owner {
  /** The states for each rank, one rank behind the other, in so many bytes each. */
  readonly outgoingAt: number;
  readonly outgoingBytes: number;
  /** By rank, a word: how many states wait for it. */
  readonly waitingAt: number;
  /** If more states wait for a rank, they must be sent before the next batch. */
  readonly mostWaiting: number;
  /** By rank, a word for each state that waits: its parent. */
  readonly parentsAt: number;
  /** By rank, a byte for each state that waits: the actors that will sleep there. */
  readonly sleepersAt: number;
  /** For how many states of a rank there are such words and bytes. */
  readonly roomForWaiting: number;
  /** The first address after all of this. */
  readonly end: number;
}

/** Large enough that a message costs little, small enough for the cache of a processor to help. */
const usualBytes = 2 ** 23;

export function planExchange(
  owner: Owner,
  {
    from,
    stride,
    batchCapacity,
    memoryBytes,
  }: Readonly<Record<"from" | "stride" | "batchCapacity" | "memoryBytes", number>>,
): ExchangePlan {
  // A whole batch may belong to one rank. Beside each state there may be its parent and the move from there, or the byte of
  // the actors that sleep.
  const bytesOfState = stride + 8;
  const batchBytes = batchCapacity * bytesOfState;
  const wanted = Math.min(usualBytes, memoryBytes / 32) / owner.size;
  const outgoingBytes = aligned(Math.max(2 * batchBytes, wanted), 64);
  const waitingAt = aligned(from, 64);
  const outgoingAt = aligned(waitingAt + owner.size * 4, 64);
  const roomForWaiting = Math.ceil(outgoingBytes / bytesOfState);
  const parentsAt = outgoingAt + owner.size * outgoingBytes;
  const sleepersAt = parentsAt + owner.size * roomForWaiting * 4;
  const mostWaiting = Math.floor((outgoingBytes - batchBytes) / bytesOfState);
  const end = sleepersAt + owner.size * roomForWaiting;
  return {
    ...owner,
    outgoingAt,
    outgoingBytes,
    waitingAt,
    mostWaiting,
    parentsAt,
    sleepersAt,
    roomForWaiting,
    end,
  };
}
