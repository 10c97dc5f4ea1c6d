/** What the scenarios of the package are known to need, as the page brings it along. */
import type { KernelVersion } from "../../model/versions/rows.ts";
import type { LibraryFacts, Noticed, RunFacts } from "../../why/library-facts.ts";

/** Scenarios and procedures are named once, and then by their positions. */
export interface PackedFacts {
  readonly procedures: readonly string[];
  readonly scenarios: readonly string[];
  /** By kernel: the scenarios, the smallest first. */
  readonly order: Readonly<Record<string, readonly number[]>>;
  /** By scenario: the procedures to which it comes on some kernel. */
  readonly reaches: readonly (readonly number[])[];
  readonly lines: Readonly<Record<string, PackedLine>>;
}

/** The scenario that notices that the line is missing, by its position if it is in the list, and what breaks there. */
type PackedLine = readonly [scenario: number | string, kernel: KernelVersion, ...breaks: string[]];

/**
 * The facts, except that the states of each run count as one, and that more scenarios may come to a procedure than do on
 * that kernel. A search finds out which do, so `why` answers the same.
 */
export function factsOfLines({ procedures, scenarios, order, reaches, lines }: PackedFacts): LibraryFacts {
  const runs = Object.entries(order).flatMap(([kernel, own]) =>
    own.map((scenario) => ({ scenario, kernel: kernel as KernelVersion })),
  );
  const reaching = (procedure: number): readonly number[] =>
    runs.flatMap(({ scenario }, run) => (reaches[scenario]?.includes(procedure) === true ? [run] : []));
  return {
    runs: runs.map(({ scenario, kernel }): RunFacts => ({ scenario: scenarios[scenario] ?? "", kernel, states: 1 })),
    reaches: Object.fromEntries(procedures.map((name, position) => [name, reaching(position)])),
    lines: Object.fromEntries(
      Object.entries(lines).map(([name, [scenario, kernel, ...breaks]]): [string, Noticed] => [
        name,
        { scenario: typeof scenario === "number" ? (scenarios[scenario] ?? "") : scenario, kernel, breaks },
      ]),
    ),
  };
}
