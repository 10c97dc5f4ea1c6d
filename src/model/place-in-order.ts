/** Puts lists of the same code together. Each may lack some parts. */

export interface Placing<Part, Known> {
  readonly isSame: (known: Known, part: Part) => boolean;
  /** What stands for the part from now on; `known` is what stood for it before. */
  readonly merge: (known: Known | undefined, part: Part) => Known;
}

/**
 * Adds the parts to those that are known. A part that was not known comes after the part before it, or else before the
 * next one that is known.
 */
export function placeInOrder<Part, Known>(
  parts: readonly Part[],
  known: Known[],
  { isSame, merge }: Placing<Part, Known>,
): void {
  const positionOf = (part: Part): number => known.findIndex((one) => isSame(one, part));
  const first = parts.map(positionOf).find((position) => position >= 0);
  let next = first ?? known.length;
  for (const part of parts) {
    const position = positionOf(part);
    const placed = merge(known[position], part);
    if (position >= 0) known[position] = placed;
    else known.splice(next, 0, placed);
    next = (position >= 0 ? position : next) + 1;
  }
}
