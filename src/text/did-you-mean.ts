/** No name is longer than this, and comparing long words is slow. */
const longestWord = 100;

/** The candidate that the user most likely meant by `word`, or undefined if none is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // Upper and lower case count as equal: no two names differ only in case.
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === word ? undefined : best;
}

/** The candidates that are most like `word` first: those that contain it, the shortest first; then by their difference. */
export function nearestFirst(word: string, candidates: readonly string[]): readonly string[] {
  if (word.length > longestWord) return candidates;
  const lower = word.toLowerCase();
  const containing = candidates.filter((candidate) => candidate.toLowerCase().includes(lower));
  const others = candidates
    .filter((candidate) => !containing.includes(candidate))
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }));
  return [
    ...containing.toSorted((one, other) => one.length - other.length),
    ...others.toSorted((one, other) => one.distance - other.distance).map(({ candidate }) => candidate),
  ];
}

/** The number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(from: string, to: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let distance = Math.min(
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length] ?? 0;
}
