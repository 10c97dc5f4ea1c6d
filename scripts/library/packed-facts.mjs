// What the page brings along of docs/mutants.json, in a form that is small when it is compressed.

/** Larger scenarios are left out, because `why` does not search them. */
export const mostStates = 10_000;

/**
 * What a line is needed for is left out if it only sets a variable: that would take the page more room than it is worth.
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
  const digits = (/** @type {readonly number[]} */ own) => {
    const reached = new Set(own.map((run) => runs[run]?.scenario));
    return names.map((name) => (reached.has(name) ? "1" : "0")).join("");
  };
  const broken = [...new Set(Object.values(lines).flatMap(({ breaks }) => breaks))];
  /** @type {Record<string, Record<string, readonly [number, number, ...number[]]>>} */
  const byProcedure = {};
  for (const [name, { scenario, kernel, breaks }] of Object.entries(lines)) {
    if (!names.includes(scenario) || name.includes(" - without setting ")) continue;
    const [procedure = name] = name.split(/(?=: | - )/);
    const positions = breaks.map((one) => broken.indexOf(one));
    /** @type {readonly [number, number, ...number[]]} */
    const line = [names.indexOf(scenario), kernels.indexOf(kernel), ...positions];
    byProcedure[procedure] = { ...byProcedure[procedure], [name.slice(procedure.length)]: line };
  }
  return {
    procedures,
    kernels,
    order: kernels.map((name) =>
      small.filter(({ kernel }) => kernel === name).map(({ scenario }) => names.indexOf(scenario)),
    ),
    reaches: Object.values(reaches).map(digits),
    broken,
    lines: byProcedure,
  };
}
