/** What the lines of a procedure are there for, from the scenarios that the page brings along. */
import type { Search } from "../../checker/contract/search-types.ts";
import { reproduceCommand } from "../../cli/options/reproduce.ts";
import { printEdit } from "../../edits/edit.ts";
import { turnOfEventLoop } from "../../ir/event-loop.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";
import { type KernelVersion, kernelVersions } from "../../model/versions/rows.ts";
import type { KeptFindings } from "../../review/base-cache.ts";
import type { Findings } from "../../review/findings.ts";
import type { Spec } from "../../spec/spec.ts";
import { count } from "../../text/quantities.ts";
import { rangeRemark } from "../../why/broken-range.ts";
import { inCodeOrder } from "../../why/code-order.ts";
import { type Judged, type JudgeMeans, type JudgeTask, judge } from "../../why/judge.ts";
import type { LibraryFacts } from "../../why/library-facts.ts";
import { nameOf } from "../../why/line.ts";
import { type Question, questionsOfProcedure, runsOfLibrary } from "../../why/procedure-questions.ts";
import { procedureSubject } from "../../why/procedure-subject.ts";
import { type Answer, inquiry, mostStates, type Need } from "../../why/why.ts";
import { whyLine, whyReport } from "../../why/why-json.ts";
import { answerText, whyText } from "../../why/why-text.ts";
import type { AwaitedLine, ToldLine, WhyAnswer, WhyProgress } from "../protocol.ts";

export interface WhyMeans extends Pick<ModelBuilder, "buildModel" | "outlineOperations"> {
  readonly search: Search;
  readonly facts: LibraryFacts;
  /** The scenario of a file such as "specs/fork-race.json". */
  readonly specOf: (file: string) => Spec;
}

export interface Why {
  /**
   * `what`: a procedure, or `PROCEDURE: STEP`. No kernel: all that have the lines. If the signal comes, answers with what
   * is known by then. Throws a UserError if there is no such procedure or step, or nothing that can be taken away.
   */
  readonly ask: (
    what: string,
    kernels: readonly KernelVersion[],
    onProgress: (progress: WhyProgress) => void,
    signal: AbortSignal,
  ) => Promise<WhyAnswer>;
}

/** What a scenario finds as it stands is kept for the next question. */
export function whyIn({ buildModel, search, outlineOperations, facts, specOf }: WhyMeans): Why {
  const found = new Map<string, Findings>();
  const inMemory: KeptFindings = {
    kept: (identity) => found.get(identity),
    keep: (identity, findings) => found.set(identity, findings),
  };
  const means = { buildModel, search, specOf, findingsIn: () => inMemory };
  const maxStates = mostStates.procedure;

  return {
    async ask(what, kernels, onProgress, signal) {
      const questions = await questionsOfProcedure(
        procedureSubject(what, { outlineOperations }),
        kernels.length === 0 ? kernelVersions : kernels,
        runsOfLibrary(facts, maxStates, (scenario) => `specs/${scenario}.json`),
        { outlineOperations },
      );
      const shown = byLine(inCodeOrder(questions, outlineOperations));
      const ask = inquiry({ judge: (task) => judgeUnless(signal, task, means), maxStates, cache: "memory" });
      const answers = new Map<Question, Answer>();
      const answersTo = (asked: readonly Question[]) => asked.flatMap((question) => answers.get(question) ?? []);
      try {
        for (const question of shown) {
          onProgress({
            told: progressText(shown, answers),
            lines: shown.map((one) => toldOrAwaited(one, answers.get(one))),
            remark: rangeRemark(answersTo(shown)),
          });
          answers.set(question, await ask.why(question.line, question.kernel, question.runs));
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      const ordered = inCodeOrder(answersTo(questions), outlineOperations);
      return {
        lines: answersTo(shown).map(told),
        remark: rangeRemark(ordered),
        text: whyText(ordered, command).join("\n"),
        report: whyReport(ordered, command),
        stopped: answers.size < questions.length,
      };
    },
  };
}

/** One search after another, so that a message to stop is heard between them. */
async function judgeUnless(signal: AbortSignal, task: JudgeTask, means: JudgeMeans): Promise<Judged> {
  await turnOfEventLoop();
  signal.throwIfAborted();
  return judge(task, means);
}

/** The kernels of one line side by side. */
function byLine(questions: readonly Question[]): readonly Question[] {
  return namesOf(questions).flatMap((name) => questions.filter(({ line }) => nameOf(line) === name));
}

function namesOf(questions: readonly Question[]): readonly string[] {
  return [...new Set(questions.map(({ line }) => nameOf(line)))];
}

/** The lines are counted as in the summary of the answer. */
function progressText(questions: readonly Question[], answers: ReadonlyMap<Question, Answer>): string {
  const all = namesOf(questions).length;
  const open = namesOf(questions.filter((question) => !answers.has(question))).length;
  return `${all - open} of ${count(all, "line")}`;
}

function toldOrAwaited({ line, kernel }: Question, answer: Answer | undefined): ToldLine | AwaitedLine {
  if (answer !== undefined) return told(answer);
  const { procedure, label, effect } = line;
  return { procedure, step: label ?? null, effect, kernel, said: undefined, needed: null };
}

function told(answer: Answer): ToldLine {
  return { ...whyLine(answer, command), said: answerText(answer) };
}

function command({ file, edits }: Need, kernel: KernelVersion): string {
  return reproduceCommand(file, kernel, { edit: edits.map(printEdit) });
}
