/** What the scenarios of the package are known to need, as the page brings it along. */
import { at } from "../../ir/lookup.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import type { LibraryFacts, Noticed, RunFacts } from "../../why/library-facts.ts";

/** Scenarios, procedures and kernels are named by their positions. */
export interface PackedFacts {
  readonly procedures: readonly string[];
  readonly kernels: readonly KernelVersion[];
  /** By procedure: a digit for each scenario, 1 if it comes to the procedure on some kernel. */
  readonly reaches: readonly string[];
  /** By kernel: scenarios, the smallest first. */
  readonly order: readonly (readonly number[])[];
  /** All that breaks without a line. */
  readonly broken: readonly string[];
  /** By procedure: the lines, without the procedure at the beginning of their names. */
  readonly lines: Readonly<Record<string, Readonly<Record<string, PackedLine>>>>;
}

/** The scenario that notices that the line is missing, on which kernel, and positions in `broken`. */
type PackedLine = readonly [scenario: number, kernel: number, ...breaks: number[]];

/** The names of the scenarios among the files of the package. Positions refer to them. */
export function scenarioNames(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => /^specs\/([^/]*)\.json$/.exec(file)?.[1] ?? []).sort();
}

/**
 * The facts, except that the states of each run count as one, and that more scenarios may come to a procedure than do on
 * that kernel. A search finds out which do, so `why` answers the same.
 */
export function factsOfLines(packed: PackedFacts, names: readonly string[]): LibraryFacts {
  const { procedures, kernels, reaches, order, broken, lines } = packed;
  const runs = order.flatMap((own, kernel) => own.map((scenario) => ({ scenario, kernel })));
  const reaching = (digits: string): readonly number[] =>
    runs.flatMap(({ scenario }, run) => (digits[scenario] === "1" ? [run] : []));
  return {
    runs: runs.map(
      ({ scenario, kernel }): RunFacts => ({ scenario: at(names, scenario), kernel: at(kernels, kernel), states: 1 }),
    ),
    reaches: Object.fromEntries(procedures.map((name, position) => [name, reaching(at(reaches, position))])),
    lines: Object.fromEntries(
      Object.entries(lines).flatMap(([procedure, own]) =>
        Object.entries(own).map(([rest, [scenario, kernel, ...breaks]]): [string, Noticed] => [
          procedure + rest,
          {
            scenario: at(names, scenario),
            kernel: at(kernels, kernel),
            breaks: breaks.map((position) => at(broken, position)),
          },
        ]),
      ),
    ),
  };
}
