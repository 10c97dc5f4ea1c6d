/** The runs of the library that notice a change of the model. */
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { libraryRuns, type Run } from "./runs.ts";

/** `npm test` leaves a larger run to `npm run check-specs` and to the nightly tests. Few lines are noticed only by one. */
const mostStates = 20_000;

/**
 * For each line of the model that a scenario needs, a run that noticed when the last `npm run mutants` took it away. About
 * one of nine runs, most of them small.
 */
export function noticingRuns(): readonly Run[] {
  const { lines, runs } = readLibraryFacts();
  const small = new Set(
    runs.filter(({ states }) => states <= mostStates).map(({ scenario, kernel }) => `${scenario} on ${kernel}`),
  );
  const noticing = new Set(Object.values(lines).map(({ scenario, kernel }) => `${scenario} on ${kernel}`));
  return libraryRuns().filter(({ spec, run }) => {
    const name = `${spec.name} on ${run.kernel}`;
    return small.has(name) && noticing.has(name);
  });
}
