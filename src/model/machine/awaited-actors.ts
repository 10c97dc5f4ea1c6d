import type { Scenario } from "../scenario/scenario.ts";

/** The actors that others wait for (`after`). An actor that runs nothing has finished from the start. */
export function awaitedActors({ actors }: Pick<Scenario, "actors">): readonly string[] {
  const named = new Set(actors.flatMap(({ after = [], run }) => (run.length === 0 ? [] : after)));
  return actors.filter(({ name, run }) => named.has(name) && run.length > 0).map(({ name }) => name);
}
