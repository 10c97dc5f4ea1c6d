/** The lines that `why` takes away, and the scenarios in which it tries each. */
import { join, relative } from "node:path";
import { prepareCheck } from "../../check/prepare.ts";
import { type KernelVersion, kernelVersions } from "../../model/versions/rows.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import { grouped } from "../../text/quantities.ts";
import { type Question, questionsOfProcedure, type RunsFor, runsOfLibrary } from "../../why/procedure-questions.ts";
import { readLibraryFacts } from "../../why/read-library-facts.ts";
import type { Inquiry, WhyRun } from "../../why/why.ts";
import type { KernelChoice } from "../options/option-values.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs, library } from "./find-specs.ts";
import type { WhySubject } from "./why-subject.ts";

export interface Asked {
  readonly questions: readonly Question[];
  /** What cannot be answered, and why. */
  readonly missing: readonly string[];
}

export interface Means {
  readonly ask: Inquiry;
  /** A scenario with more states takes no part. */
  readonly maxStates: number;
  readonly host: Host;
}

/**
 * `paths`: the scenarios in which a procedure is tried, instead of those of the package. Throws a UserError if there is
 * no line to take away.
 */
export function questionsAbout(
  subject: WhySubject,
  paths: readonly string[],
  asked: readonly KernelChoice[] | undefined,
  means: Means,
): Promise<Asked> {
  const kernels = asked?.map(({ kernel }) => kernel);
  return subject.kind === "scenario"
    ? aboutScenario(subject.file, kernels, means)
    : aboutProcedure(subject, paths, kernels ?? kernelVersions, means);
}

/** The lines that the scenario comes to. */
async function aboutScenario(
  file: string,
  asked: readonly KernelVersion[] | undefined,
  { ask, maxStates, host }: Means,
): Promise<Asked> {
  const spec = loadSpec(file);
  const kernels = asked ?? spec.kernels.map(({ kernel }) => kernel);
  const missing: string[] = [];
  const questions = await Promise.all(
    kernels.map(async (kernel): Promise<readonly Question[]> => {
      const run = { file, kernel };
      const base = await ask.base(run);
      if (base === undefined) {
        await rejectMistakes(run, ask, host);
        missing.push(`${spec.name} on ${kernel} has more than ${grouped(maxStates)} states (--max-states)`);
        return [];
      }
      return base.lines.filter(({ reached }) => reached).map(({ line }) => ({ line, kernel, runs: [run] }));
    }),
  );
  return { questions: questions.flat(), missing };
}

async function aboutProcedure(
  subject: Extract<WhySubject, { kind: "procedure" }>,
  paths: readonly string[],
  kernels: readonly KernelVersion[],
  means: Means,
): Promise<Asked> {
  const runsFor =
    paths.length === 0 ? runsOfLibrary(readLibraryFacts(), means.maxStates, libraryFile) : runsOfPaths(paths, means);
  return { questions: await questionsOfProcedure(subject, kernels, runsFor, means.host), missing: [] };
}

/** The scenarios that name the kernel, the smallest first. */
function runsOfPaths(paths: readonly string[], { ask, host }: Means): RunsFor {
  const specs = findSpecs(paths, []).map(loadSpec);
  return async (kernel) => {
    const naming = specs.filter(({ kernels }) => kernels.some((run) => run.kernel === kernel));
    const sized = await Promise.all(
      naming.map(async ({ file }) => {
        const run = { file, kernel };
        await rejectMistakes(run, ask, host);
        return { run, states: (await ask.base(run))?.findings.states ?? Infinity };
      }),
    );
    const runs = sized.sort((a, b) => a.states - b.states).map(({ run }) => run);
    return runs.length === 0 ? undefined : () => runs;
  };
}

/** Relative to the current folder if it is there, so that the commands are short. */
function libraryFile(scenario: string): string {
  const file = join(library, `${scenario}.json`);
  const near = relative(process.cwd(), file);
  return near.startsWith("..") ? file : near;
}

/** A thread's error loses its class on the way, so the scenario is prepared once more. */
async function rejectMistakes({ file, kernel }: WhyRun, ask: Inquiry, host: Host): Promise<void> {
  if ((await ask.asItStands({ file, kernel })).kind === "found") return;
  const spec = loadSpec(file);
  const features = spec.kernels.find((run) => run.kernel === kernel) ?? spec;
  await prepareCheck({ spec, kernel, features, properties: spec.properties }, host);
}
