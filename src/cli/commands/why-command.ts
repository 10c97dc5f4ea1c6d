/** `exclusive-check why <spec|procedure|step>`: what each line of the kernel is there for. */
import { join } from "node:path";
import { usageError } from "../../diagnostics/usage-error.ts";
import { printEdit } from "../../edits/edit.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { jsonText } from "../../reporters/json-text.ts";
import { threads } from "../../review/threads.ts";
import { count } from "../../text/quantities.ts";
import { inCodeOrder } from "../../why/code-order.ts";
import type { Judged, JudgeTask } from "../../why/judge.ts";
import { type Answer, inquiry, mostStates, type Need } from "../../why/why.ts";
import { whyReport } from "../../why/why-json.ts";
import { whyText } from "../../why/why-text.ts";
import { reproduceCommand } from "../options/reproduce.ts";
import type { WhyOptions } from "../options/why-options.ts";
import { progressLine } from "../output/progress-line.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { tellKernels } from "./tell-kernels.ts";
import { type Asked, questionsAbout } from "./why-questions.ts";
import { subjectOf, type WhySubject } from "./why-subject.ts";

/** The same relative path from src/cli/commands and from dist/cli/commands. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const judgeModule = new URL(`../../why/judge-run${extension}`, import.meta.url);

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
  return whileListening((interruption) => answerUntil(interruption, subject, paths, options, host));
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
  let asked: Asked = { questions: [], missing: [] };
  const soFar = () => `${answers.size} of ${count(asked.questions.length, "question")}`;
  try {
    asked = await questionsAbout(subject, paths, options.kernel, { ask, maxStates, host });
    const tell = () => progress.told(soFar());
    tell();
    await Promise.all(
      asked.questions.map(async ({ line, kernel, runs }, position) => {
        answers.set(position, await ask.why(line, kernel, runs));
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
    options.json === true
      ? jsonText(whyReport(ordered, command))
      : `${[...whyText(ordered, command), ...asked.missing].join("\n")}\n`,
  );
  const heard = await interruption.hear();
  if (heard !== undefined) {
    host.stderr.write(`note: stopped by a signal after ${soFar()}\n`);
    return exitCodes[heard];
  }
  return asked.missing.length > 0 ? exitCodes.incomplete : exitCodes.asExpected;
}

function command({ file, edits }: Need, kernel: KernelVersion): string {
  return reproduceCommand(file, kernel, { edit: edits.map(printEdit) });
}
