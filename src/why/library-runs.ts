import { at } from "../ir/lookup.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { LibraryFacts, RunFacts } from "./library-facts.ts";
import { type Line, nameOf } from "./line.ts";

/**
 * The scenarios of the package that may need a line, by name: first the one that was broken without it before, however
 * large it is, then the smallest.
 */
export function scenariosFor(
  line: Line,
  kernel: KernelVersion,
  maxStates: number,
  { runs, reaches, lines }: LibraryFacts,
): readonly string[] {
  const reaching = (reaches[line.procedure] ?? []).map((position) => at(runs, position));
  const coming = reaching.filter((run) => run.kernel === kernel);
  const known = lines[nameOf(line)]?.scenario;
  const small = ({ scenario, states }: RunFacts) => scenario !== known && states <= maxStates;
  return [...coming.filter(({ scenario }) => scenario === known), ...coming.filter(small)].map(
    ({ scenario }) => scenario,
  );
}
