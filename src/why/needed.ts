import type { LibraryFacts } from "./library-facts.ts";
import { type Line, nameOf } from "./line.ts";

/** What the scenarios of the package are known to need a line for, in words; undefined if nothing is known. */
export function neededFor(line: Line, noticed: LibraryFacts["lines"]): string | undefined {
  const known = noticed[nameOf(line)];
  if (known === undefined || known.breaks.length === 0) return undefined;
  return `needed in ${known.scenario} on ${known.kernel} (${known.breaks.join(", ")})`;
}
