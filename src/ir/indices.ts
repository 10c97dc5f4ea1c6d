/**
 * Numbers that must not be confused. Only the compiler knows the brand; at run time each is a plain number. For each there
 * is one function that makes it, for code that knows what its number means.
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = number & { readonly [brand]: Name };

/** A position in `Program.slots`, and in the working form of a state. */
export type SlotIndex = Branded<"slot">;

/** A position in `Program.locations`. */
export type LocationId = Branded<"location">;

export function slotIndex(position: number): SlotIndex {
  return position as SlotIndex;
}

export function locationId(position: number): LocationId {
  return position as LocationId;
}
