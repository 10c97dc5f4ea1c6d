/**
 * One of the two parts of a state: some of its bits, in the words in which they are. A stored part consists of these
 * words, with the other bits 0.
 */
import type { PartsPlan } from "../../../../memory/tree-plan.ts";
import {
  and,
  type Effect,
  eqz,
  extendU,
  i64,
  load32,
  load64,
  or,
  store32,
  store64,
  type Value,
  wrap,
  xor,
} from "../../encoder/instructions.ts";

type I32 = Value<"i32">;
type I64 = Value<"i64">;

/** One word or two neighbours. */
interface Piece {
  /** Offsets in a state and in a stored part. */
  readonly from: number;
  readonly to: number;
  readonly bytes: 4 | 8;
  readonly mask: bigint;
}

export interface StatePart {
  /** The words of the part of a state, as values of 64 bits. */
  readonly ofState: (state: I32) => readonly I64[];
  /** The same of a stored part. */
  readonly ofPart: (part: I32) => readonly I64[];
  readonly isEqual: (state: I32, part: I32) => I32;
  readonly copy: (state: I32, part: I32) => readonly Effect[];
  /** Where a stored part has its bits of a word of the state; undefined if it has none. */
  readonly offsetOf: (word: number) => number | undefined;
}

export function statePart({ masks }: PartsPlan): StatePart {
  const pieces = piecesOf(masks);
  // If the other part has all bits, this one is the same for all states.
  const values = (read: (piece: Piece) => I64): readonly I64[] => (pieces.length === 0 ? [i64(0n)] : pieces.map(read));
  const ofState = (state: I32) => values(({ from, bytes, mask }) => masked(loaded(state, from, bytes), bytes, mask));
  const ofPart = (part: I32) => values(({ to, bytes }) => loaded(part, to, bytes));
  return {
    ofState,
    ofPart,
    offsetOf(word) {
      const piece = pieces.find(({ from, bytes }) => from <= word * 4 && word * 4 < from + bytes);
      return piece && piece.to + word * 4 - piece.from;
    },
    isEqual: (state, part) => areEqual(ofState(state), ofPart(part)),
    copy(state, part) {
      const words = ofState(state);
      return pieces.map(({ to, bytes }, i) => {
        const value = words[i] as I64;
        return bytes === 8 ? store64(part, value, to) : store32(part, wrap(value), to);
      });
    },
  };
}

/** Whether two states have the same part. */
export function sharePart(part: StatePart, one: I32, other: I32): I32 {
  return areEqual(part.ofState(one), part.ofState(other));
}

/** Nearly always all are equal or a tag has told already, so nothing is gained by stopping at the first difference. */
function areEqual(ones: readonly I64[], others: readonly I64[]): I32 {
  const differences = ones.map((one, i) => xor(one, others[i] as I64));
  return eqz(differences.reduce((all, one) => or(all, one), i64(0n)));
}

function piecesOf(masks: readonly number[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let to = 0;
  for (let word = 0; word < masks.length; word += 2) {
    const [low = 0, high = 0] = masks.slice(word, word + 2);
    const mask = BigInt(low) | (BigInt(high) << 32n);
    const bytes = low !== 0 && high !== 0 ? 8 : 4;
    if (mask === 0n) continue;
    if (bytes === 8) pieces.push({ from: word * 4, to, bytes, mask });
    else if (low !== 0) pieces.push({ from: word * 4, to, bytes, mask });
    else pieces.push({ from: word * 4 + 4, to, bytes, mask: BigInt(high) });
    to += bytes;
  }
  return pieces;
}

function loaded(address: I32, offset: number, bytes: 4 | 8): I64 {
  return bytes === 8 ? load64(address, offset) : extendU(load32(address, offset));
}

function masked(value: I64, bytes: 4 | 8, mask: bigint): I64 {
  return mask === 2n ** BigInt(bytes * 8) - 1n ? value : and(value, i64(BigInt.asIntN(64, mask)));
}
