/** The runs of the library that notice a change of the model. */
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { remember } from "../mutants/memory.ts";
import { libraryRuns, type Run, titleOf } from "./runs.ts";

/**
 * `npm test` leaves a larger run to `npm run check-specs` and to the nightly tests. Few lines are noticed only by one.
 */
export const statesByDay = 20_000;

/**
 * For each line and feature of the model that a scenario needs, a run that noticed when the last `npm run mutants` took
 * it away. Most of them are small.
 */
export function noticingRuns(): readonly Run[] {
  const { lines, features } = remember();
  const small = new Set(
    readLibraryFacts()
      .runs.filter(({ states }) => states <= statesByDay)
      .map(nameOf),
  );
  const ofLines = new Set([...lines.values()].map(nameOf));
  const ofFeatures = new Set([...features.values()].map(([first]) => first));
  return libraryRuns().filter((run) => {
    const name = nameOf({ scenario: run.spec.name, kernel: run.run.kernel });
    return small.has(name) && (ofLines.has(name) || ofFeatures.has(titleOf(run)));
  });
}

function nameOf({ scenario, kernel }: { readonly scenario: string; readonly kernel: string }): string {
  return `${scenario} on ${kernel}`;
}
