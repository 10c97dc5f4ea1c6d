// What the page brings along of docs/mutants.json, in a form that is small when it is compressed.

/** Larger scenarios are left out, because `why` does not search them. */
export const mostStates = 10_000;

/**
 * What a scenario comes to on any kernel counts for all, and the numbers of
 * states are gone: only the order of the scenarios, the smallest first, is kept. `facts-of-lines.ts` reads it.
 *
 * @param {import("../../src/why/library-facts.ts").LibraryFacts} facts
 * @returns {import("../../src/playground/engine/facts-of-lines.ts").PackedFacts}
 */
export function packedFacts({ runs, reaches, lines }) {
  const small = runs.filter(({ states }) => states <= mostStates);
  const scenarios = [...new Set(small.map(({ scenario }) => scenario))].sort();
  const procedures = Object.keys(reaches);
  /** @type {Record<string, number[]>} */
  const order = {};
  for (const { scenario, kernel } of small) {
    order[kernel] ??= [];
    order[kernel].push(scenarios.indexOf(scenario));
  }
  const reached = new Map(scenarios.map((scenario) => [scenario, new Set()]));
  for (const [position, procedure] of procedures.entries())
    for (const run of reaches[procedure] ?? []) reached.get(runs[run]?.scenario ?? "")?.add(position);
  const scenario = (/** @type {string} */ name) => (scenarios.includes(name) ? scenarios.indexOf(name) : name);
  return {
    procedures,
    scenarios,
    order,
    reaches: [...reached.values()].map((own) => [...own]),
    lines: Object.fromEntries(
      Object.entries(lines).map(([name, line]) => [name, [scenario(line.scenario), line.kernel, ...line.breaks]]),
    ),
  };
}
