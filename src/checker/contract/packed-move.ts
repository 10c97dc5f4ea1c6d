/** A move as the generated code writes it: location and choice number in one 32-bit word. */
import { type Branded, locationId } from "../../ir/indices.ts";
import { choiceShift } from "../../memory/memory-map.ts";
import type { Move } from "./search-types.ts";

export type PackedMove = Branded<"packed move">;

/** Stands in place of a move if a state cannot move at all. */
export const noMove = -1 as PackedMove;

/** Takes a word that generated code wrote. */
export function packedMove(word: number): PackedMove {
  return word as PackedMove;
}

export function packMove({ location, choice }: Move): PackedMove {
  return packedMove(location | (choice << choiceShift));
}

/** Throws a RangeError for `noMove`. */
export function unpackMove(packed: PackedMove): Move {
  if (packed === noMove) throw new RangeError("there is no move to unpack");
  return { location: locationId(packed & (2 ** choiceShift - 1)), choice: packed >>> choiceShift };
}
