/** The runs of the library that notice a change of the model. */
import { remember } from "../mutants/memory.ts";
import { libraryRuns, type Run, titleOf } from "./runs.ts";

/**
 * For each line and feature of the model that a scenario needs, a run that noticed when the last `npm run mutants` took it
 * away. About one of six runs, most of them small.
 */
export function noticingRuns(): readonly Run[] {
  const { lines, features } = remember();
  const ofLines = new Set([...lines.values()].map(({ scenario, kernel }) => `${scenario} on ${kernel}`));
  const ofFeatures = new Set([...features.values()].map(([first]) => first));
  return libraryRuns().filter(
    (run) => ofLines.has(`${run.spec.name} on ${run.run.kernel}`) || ofFeatures.has(titleOf(run)),
  );
}
