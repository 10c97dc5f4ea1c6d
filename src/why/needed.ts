import type { KernelVersion } from "../model/versions/rows.ts";
import { brokenWords } from "./broken-words.ts";
import type { LibraryFacts } from "./library-facts.ts";
import { type Line, nameOf } from "./line.ts";

/**
 * What the scenarios of the package are known to need a line for, in words; undefined if nothing is known. `asked`: the
 * kernel that is looked at. The words say so if what is known is about another one.
 */
export function neededFor(line: Line, noticed: LibraryFacts["lines"], asked?: KernelVersion): string | undefined {
  const known = noticed[nameOf(line)];
  if (known === undefined || known.breaks.length === 0) return undefined;
  const needed = `needed in ${known.scenario} on ${known.kernel} (${known.breaks.map(brokenWords).join(", ")})`;
  return asked === undefined || asked === known.kernel ? needed : `${needed}; not recorded for ${asked}`;
}
