/** What a scenario's text says, or what the command line would refuse in it before a search. */

import { prepareCheck } from "../../check/prepare.ts";
import { writtenChanges } from "../../check/written-changes.ts";
import { planChecks } from "../../cli/options/plan-checks.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Spec } from "../../spec/spec.ts";
import { changesInWords } from "../../trace/changes-text.ts";
import type { Answer, ScenarioFacts, Source } from "../protocol.ts";
import { answer } from "./answer.ts";
import { boundsOf } from "./bounds.ts";
import type { EngineHost } from "./engine-host.ts";

/**
 * Mistakes in expressions, in edits and in what happened before show only when a model is built. This builds one, for the
 * first kernel that the scenario names.
 */
export function read(source: Source, host: Pick<EngineHost, "buildModel">): Promise<Answer<ScenarioFacts>> {
  return answer(source, async () => {
    const spec = parseSpec(source.text, source.file);
    const [first] = planChecks([spec], {}, { with: [], without: [] });
    if (first !== undefined) await prepareCheck(first.target, host);
    return factsOf(spec);
  });
}

function factsOf({ name, description = "", kernels, properties, scenario }: Spec): ScenarioFacts {
  return {
    name,
    description,
    kernels: kernels.map(({ kernel }) => kernel),
    changes: kernels
      .map((run) => ({ kernel: run.kernel, features: writtenChanges(run) }))
      .filter(({ features }) => changesInWords(features).length > 0),
    properties: properties.map((property) => property.name),
    actors: scenario.actors.map((actor) => actor.name),
    bounds: boundsOf(scenario),
  };
}
