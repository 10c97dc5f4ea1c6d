/**
 * How roots are kept in their table: how many bits a key has for the number of each part, and whether a cell has 32 bits or
 * 16. What of a key a cell must hold, its remainder, are as many bits as the key has more than the number of the table's
 * cells. So a narrow cell is possible if there are few parts and many states. It needs keys that are no wider than the
 * parts require.
 */
export interface RootShape {
  /** Bits of a key for the number of the left part, and for both. */
  readonly leftBits: number;
  readonly keyBits: number;
  /** Whether cells have 16 bits. */
  readonly narrow: boolean;
}

/** Has room for all numbers of parts. */
export function wideShape(partBits: number): RootShape {
  return { leftBits: partBits, keyBits: 2 * partBits, narrow: false };
}

/**
 * With narrow cells and room for these numbers of parts, and for so many that threads may take beyond them. Undefined if too
 * few bits are left for displacements, so that wide cells would take less memory.
 */
export function narrowShape(
  entries: number,
  { left, right }: { readonly left: number; readonly right: number },
  overshoot: number,
): RootShape | undefined {
  const leftBits = bitsFor(left + overshoot);
  // A table has fewer cells than there are keys.
  const keyBits = Math.max(leftBits + bitsFor(right + overshoot), Math.floor(Math.log2(entries)) + 1);
  const shape = { leftBits, keyBits, narrow: true };
  return displacementBits(shape, entries) < leastDisplacementBits ? undefined : shape;
}

/** For all numbers up to this one. */
function bitsFor(number: number): number {
  return Math.floor(Math.log2(number)) + 1;
}

/** A cell has at most so many bits for the displacement, although there may be room for more. */
export const mostDisplacementBits = 12;

/** With fewer, narrow cells would have to be less than half as full as wide ones. */
const leastDisplacementBits = 8;

/** How many bits of a cell are for the displacement. */
export function displacementBits({ keyBits, narrow }: RootShape, entries: number): number {
  return Math.min(mostDisplacementBits, (narrow ? 16 : 32) - (keyBits - Math.floor(Math.log2(entries))));
}

/**
 * How full a table of roots may become, so that no displacement is too long for its cell. With linear probing in a table
 * that is filled to the fraction a, the probability of a displacement of at least k falls like exp(-k (a - 1 - ln a))
 * (Pittel, "Linear probing: the probable largest search time grows logarithmically with the number of records", Journal
 * of Algorithms 8, 1987). The bounds make the expected number of such cells in the whole table less than 1e-9: for
 * 10 bits and 2^22 cells, exp(-1023 * 0.0377) * 2^22 = 8e-11; for 11 bits and 2^23 cells, exp(-2047 * 0.0231) * 2^23 =
 * 2e-14; for 12 bits and 2^24 cells, exp(-4095 * 0.0125) * 2^24 = 9e-16, and 2^31 cells, 1e-13. Narrow cells
 * have 8 bits or more: 0.54 for 8 bits and 2^27 cells, 0.66 for 9 bits and 2^23 cells. If it happens, the search ends like
 * one without memory.
 */
export function mostFilled(shape: RootShape, entries: number): number {
  const bits = displacementBits(shape, entries);
  if (shape.narrow) return fullest(bits, entries);
  return bits >= 12 ? 0.85 : bits === 11 ? 0.8 : 0.75;
}

/** In hundredths, and no fuller than a wide table. */
function fullest(bits: number, entries: number): number {
  const expected = (filled: number) => entries * Math.exp(-(2 ** bits - 1) * (filled - 1 - Math.log(filled)));
  let hundredths = 85;
  while (expected(hundredths / 100) > 1e-9) hundredths--;
  return hundredths / 100;
}
