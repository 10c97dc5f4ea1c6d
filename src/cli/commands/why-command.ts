/** `exclusive-check why <spec|procedure|step>`: what each line of the kernel is there for. */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareCheck } from "../../check/prepare.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { printEdit } from "../../edits/edit.ts";
import { type KernelVersion, kernelVersions } from "../../model/versions/rows.ts";
import { jsonText } from "../../reporters/json-text.ts";
import { count, grouped } from "../../reporters/quantities.ts";
import { threads } from "../../review/threads.ts";
import { loadSpec } from "../../spec/load-spec.ts";
import { typedCommand } from "../../text/typed-command.ts";
import { inCodeOrder } from "../../why/code-order.ts";
import type { Judged, JudgeTask } from "../../why/judge.ts";
import { readLibraryFacts } from "../../why/library-facts.ts";
import { scenariosFor } from "../../why/library-runs.ts";
import type { Line } from "../../why/line.ts";
import { linesOfProcedure } from "../../why/procedure-lines.ts";
import { type Answer, type Inquiry, inquiry, type Need, type WhyRun } from "../../why/why.ts";
import { whyText } from "../../why/why-text.ts";
import { reproduceCommand } from "../options/reproduce.ts";
import type { WhyOptions } from "../options/why-options.ts";
import { progressLine } from "../output/progress-line.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, listenForSignals } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs } from "./find-specs.ts";
import { tellKernels } from "./tell-kernels.ts";
import { subjectOf, type WhySubject } from "./why-subject.ts";

/** The same relative paths from src/cli/commands and from dist/cli/commands. */
const library = fileURLToPath(new URL("../../../specs", import.meta.url));
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const judgeModule = new URL(`../../why/judge-run${extension}`, import.meta.url);

/** The most states of a scenario that is searched if nothing else is said: one that was named, and one of the package. */
const mostStates = { scenario: 2_000_000, procedure: 10_000 };

/** Lines, and the scenarios on which they are tried. All are on one kernel. */
interface Questions {
  readonly kernel: KernelVersion;
  readonly lines: readonly Line[];
  readonly runsFor: (line: Line) => readonly WhyRun[];
}

export async function whyCommand(
  what: string,
  paths: readonly string[],
  options: WhyOptions,
  host: Host,
): Promise<ExitCode> {
  const subject = subjectOf(what, host);
  if (subject.kind === "scenario" && paths.length > 0)
    throw usageError("a scenario is asked about alone", "name a procedure first to try it in several scenarios");
  tellKernels(options.kernel ?? [], host.stderr);
  const interruption = listenForSignals();
  try {
    return await answerUntil(interruption, subject, paths, options, host);
  } finally {
    interruption.stopListening();
  }
}

async function answerUntil(
  interruption: Interruption,
  subject: WhySubject,
  paths: readonly string[],
  options: WhyOptions,
  host: Host,
): Promise<ExitCode> {
  const { signal } = interruption;
  const { maxStates = mostStates[subject.kind], out } = options;
  const pool = await threads<JudgeTask, Judged>(judgeModule, { size: options.workers, signal });
  const progress = progressLine(host.stderr, "why", false);
  const ask = inquiry({ judge: pool.run, maxStates, cache: join(out, "review") });
  const answers = new Map<number, Answer>();
  let missing: readonly string[] = [];
  try {
    const asked =
      subject.kind === "scenario"
        ? await questionsOfScenario(subject.file, options, maxStates, ask, host)
        : await questionsOfProcedure(subject, paths, options, maxStates, ask, host);
    missing = asked.missing;
    const each = asked.questions.flatMap(({ kernel, lines, runsFor }) =>
      lines.map((line) => ({ kernel, line, runsFor })),
    );
    const tell = () => progress.told(`${answers.size} of ${count(each.length, "line")}`);
    tell();
    await Promise.all(
      each.map(async ({ kernel, line, runsFor }, position) => {
        answers.set(position, await ask.why(line, kernel, runsFor(line)));
        tell();
      }),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.clear();
    await pool.end();
  }
  // Answers come in any order.
  const sorted = [...answers].sort(([one], [other]) => one - other).map(([, answer]) => answer);
  const ordered = inCodeOrder(sorted, host.outlineOperations);
  host.stdout.write(
    options.json === true ? jsonText(jsonOf(ordered)) : `${[...whyText(ordered, command), ...missing].join("\n")}\n`,
  );
  const heard = await interruption.hear();
  if (heard !== undefined) return exitCodes[heard];
  return missing.length > 0 ? exitCodes.incomplete : exitCodes.asExpected;
}

interface Asked {
  readonly questions: readonly Questions[];
  /** What cannot be answered, and why. */
  readonly missing: readonly string[];
}

/** The lines that the scenario comes to. */
async function questionsOfScenario(
  file: string,
  { kernel: asked }: WhyOptions,
  maxStates: number,
  ask: Inquiry,
  host: Host,
): Promise<Asked> {
  const spec = loadSpec(file);
  const kernels = asked?.map(({ kernel }) => kernel) ?? spec.kernels.map(({ kernel }) => kernel);
  const missing: string[] = [];
  const questions = await Promise.all(
    kernels.map(async (kernel): Promise<readonly Questions[]> => {
      const run = { file, kernel };
      const base = await ask.base(run);
      if (base === undefined) {
        await rejectMistakes(run, ask, host);
        missing.push(`${spec.name} on ${kernel} has more than ${grouped(maxStates)} states (--max-states)`);
        return [];
      }
      const lines = base.lines.filter(({ reached }) => reached).map(({ line }) => line);
      return [{ kernel, lines, runsFor: () => [run] }];
    }),
  );
  return { questions: questions.flat(), missing };
}

/** The lines of the procedure, or those of one step of it. */
async function questionsOfProcedure(
  { name, label }: Extract<WhySubject, { kind: "procedure" }>,
  paths: readonly string[],
  { kernel: asked }: WhyOptions,
  maxStates: number,
  ask: Inquiry,
  host: Host,
): Promise<Asked> {
  const kernels = asked?.map(({ kernel }) => kernel) ?? kernelVersions;
  const given = paths.length === 0 ? undefined : findSpecs(paths, []).map(loadSpec);
  const facts = readLibraryFacts();
  const questions = await Promise.all(
    kernels.map(async (kernel): Promise<Questions> => {
      const own = linesOfProcedure(name, kernel, host.outlineOperations);
      const lines = own.filter((line) => label === undefined || line.label === label);
      if (given === undefined) {
        const runsFor = (line: Line) =>
          scenariosFor(line, kernel, maxStates, facts).map((scenario) => ({ file: libraryFile(scenario), kernel }));
        return { kernel, lines, runsFor };
      }
      const naming = given.filter(({ kernels: named }) => named.some((run) => run.kernel === kernel));
      const runs = await smallestFirst(
        naming.map(({ file }) => ({ file, kernel })),
        ask,
        host,
      );
      return { kernel, lines: runs.length === 0 ? [] : lines, runsFor: () => runs };
    }),
  );
  if (questions.every(({ lines }) => lines.length === 0)) {
    const step = label === undefined ? name : `${name}: ${label}`;
    throw usageError(
      `${step} has no lock, reference, flush, notifier call or recheck that can be taken away here`,
      `\`${typedCommand(`explain ${name}`)}\` lists the effects of its steps`,
    );
  }
  return { questions, missing: [] };
}

/** Relative to the current folder if it is there, so that the commands are short. */
function libraryFile(scenario: string): string {
  const file = join(library, `${scenario}.json`);
  const near = relative(process.cwd(), file);
  return near.startsWith("..") ? file : near;
}

async function smallestFirst(runs: readonly WhyRun[], ask: Inquiry, host: Host): Promise<readonly WhyRun[]> {
  const sized = await Promise.all(
    runs.map(async (run) => {
      await rejectMistakes(run, ask, host);
      return { run, states: (await ask.base(run))?.findings.states ?? Infinity };
    }),
  );
  return sized.sort((a, b) => a.states - b.states).map(({ run }) => run);
}

/** A thread's error loses its class on the way, so the scenario is prepared once more. */
async function rejectMistakes({ file, kernel }: WhyRun, ask: Inquiry, host: Host): Promise<void> {
  if ((await ask.asItStands({ file, kernel })).kind === "found") return;
  const spec = loadSpec(file);
  const features = spec.kernels.find((run) => run.kernel === kernel) ?? spec;
  await prepareCheck({ spec, kernel, features, properties: spec.properties }, host);
}

function command({ file, edits }: Need, kernel: KernelVersion): string {
  return reproduceCommand(file, kernel, { edit: edits.map(printEdit) });
}

function jsonOf(answers: readonly Answer[]): object {
  return {
    version: 1,
    lines: answers.map(({ line: { procedure, label, effect }, kernel, needed, tried, unfinished }) => ({
      procedure,
      step: label ?? null,
      effect,
      kernel,
      tried,
      unfinished,
      needed:
        needed === undefined
          ? null
          : {
              scenario: needed.file,
              breaks: needed.broken.map(({ name, steps }) => ({ name, steps: steps ?? null })),
              edits: needed.edits.map(printEdit),
              command: command(needed, kernel),
            },
    })),
  };
}
