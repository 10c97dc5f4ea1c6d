/** The lines of a procedure that `why` takes away, and the scenarios in which it tries each. */
import { usageError } from "../diagnostics/usage-error.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { typedCommand } from "../text/typed-command.ts";
import type { LibraryFacts } from "./library-facts.ts";
import { scenariosFor } from "./library-runs.ts";
import type { Line } from "./line.ts";
import { linesOfProcedure } from "./procedure-lines.ts";
import type { ProcedureSubject } from "./procedure-subject.ts";
import type { WhyRun } from "./why.ts";

export interface Question {
  readonly line: Line;
  readonly kernel: KernelVersion;
  /** All are on this kernel. */
  readonly runs: readonly WhyRun[];
}

/** The scenarios on a kernel in which a line is tried. Undefined if there is none for any line. */
export type RunsFor = (kernel: KernelVersion) => Promise<((line: Line) => readonly WhyRun[]) | undefined>;

/** Those of the package. `fileOf`: the file of a scenario, by its name. */
export function runsOfLibrary(facts: LibraryFacts, maxStates: number, fileOf: (scenario: string) => string): RunsFor {
  return async (kernel) => (line) =>
    scenariosFor(line, kernel, maxStates, facts).map((scenario) => ({ file: fileOf(scenario), kernel }));
}

/** The lines of the procedure, or those of one step of it. Throws a UserError if there is no line to take away. */
export async function questionsOfProcedure(
  { name, label }: ProcedureSubject,
  kernels: readonly KernelVersion[],
  runsFor: RunsFor,
  { outlineOperations }: Pick<ModelBuilder, "outlineOperations">,
): Promise<readonly Question[]> {
  const questions = await Promise.all(
    kernels.map(async (kernel): Promise<readonly Question[]> => {
      const own = linesOfProcedure(name, kernel, outlineOperations);
      const lines = own.filter((line) => label === undefined || line.label === label);
      const runsOf = await runsFor(kernel);
      return runsOf === undefined ? [] : lines.map((line) => ({ line, kernel, runs: runsOf(line) }));
    }),
  );
  if (questions.flat().length === 0) {
    const step = label === undefined ? name : `${name}: ${label}`;
    throw usageError(
      `${step} has no lock, reference, counter, flush, notifier call or recheck that can be taken away here`,
      `\`${typedCommand(`explain ${name}`)}\` lists the effects of its steps`,
    );
  }
  return questions.flat();
}
