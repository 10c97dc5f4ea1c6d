// What the page brings along of docs/mutants.json, in a form that is small when it is compressed.

/** Larger scenarios are left out, because `why` does not search them. */
export const mostStates = 10_000;

/**
 * What a scenario comes to on any kernel counts for all, and the numbers of states are gone: only the order of the
 * scenarios, the smallest first, is kept. A scenario that was removed since the facts were collected is left out.
 * `facts-of-lines.ts` reads it.
 *
 * @param {import("../../src/why/library-facts.ts").LibraryFacts} facts
 * @param {readonly string[]} names of all scenarios, as `scenarioNames` there gives them
 * @returns {import("../../src/playground/engine/facts-of-lines.ts").PackedFacts}
 */
export function packedFacts({ runs, reaches, lines }, names) {
  const procedures = Object.keys(reaches);
  const kernels = [...new Set(runs.map(({ kernel }) => kernel))];
  const small = runs.filter(({ scenario, states }) => states <= mostStates && names.includes(scenario));
  /** @type {Map<string, Set<number>>} */
  const reached = new Map(small.map(({ scenario }) => [scenario, new Set()]));
  for (const [position, procedure] of procedures.entries())
    for (const run of reaches[procedure] ?? []) reached.get(runs[run]?.scenario ?? "")?.add(position);
  const scenarios = [...reached.keys()].sort();
  return {
    procedures,
    kernels,
    order: kernels.map((name) =>
      small.filter(({ kernel }) => kernel === name).map(({ scenario }) => scenarios.indexOf(scenario)),
    ),
    scenarios: scenarios.map((name) => [names.indexOf(name), ...(reached.get(name) ?? [])]),
    lines: Object.fromEntries(
      Object.entries(lines)
        .filter(([, { scenario }]) => names.includes(scenario))
        .map(([name, { scenario, kernel, breaks }]) => [
          name,
          [names.indexOf(scenario), kernels.indexOf(kernel), ...breaks],
        ]),
    ),
  };
}
