/** Steps that are taken by hand from the start of a scenario. */
import type { CheckTarget } from "../../check/check-request.ts";
import { originOf } from "../../check/keep-traces.ts";
import { prepareCheck } from "../../check/prepare.ts";
import { planChecks } from "../../cli/options/plan-checks.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { endOf, foundBy, optionsAt, type Path, pathAtStart, takeOption, violationsHere } from "../../explorer/path.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import { buildTrace } from "../../trace/build-trace.ts";
import { isBroken, noProperty } from "../../trace/format.ts";
import type { Subject } from "../../trace/violation.ts";
import { traceText } from "../../trace/write-trace.ts";
import type { Answer, Exploration, ExplorationPath, NextStep, Question } from "../protocol.ts";
import { answer } from "./answer.ts";
import type { EngineHost } from "./engine-host.ts";
import { changesOf, optionsOf } from "./question.ts";

/** What an answer was made of. */
interface Explored {
  readonly question: string;
  readonly target: CheckTarget;
  readonly subject: Subject;
  readonly steps: readonly number[];
  readonly path: Path;
}

/** Keeps what the last answer was made of, because the next one most often needs only one step more. */
export function createExplore(host: EngineHost): (path: ExplorationPath) => Promise<Answer<Exploration>> {
  let last: Explored | undefined;
  return ({ question, kernel, steps, property = noProperty.name }) =>
    answer(question, async () => {
      const begun = await begin({ ...question, kernels: [kernel] }, last, host);
      const { target, subject } = begun;
      const path = pathBy(begun, steps);
      last = { ...begun, steps, path };
      const trace = buildTrace(subject, foundBy(subject, path, property), originOf(target, host.version));
      const name = `${target.spec.name}-${kernel}-by-hand.trace.json`;
      return { trace: { name, text: traceText(trace), trace }, next: nextSteps(subject, path) };
    });
}

/** The question names one kernel. */
async function begin(question: Question, last: Explored | undefined, host: EngineHost): Promise<Explored> {
  const key = JSON.stringify(question);
  if (last?.question === key) return last;
  const options = optionsOf(question);
  const spec = parseSpec(question.text, question.file);
  const [check] = planChecks([spec], options, changesOf(question, options));
  if (check === undefined) throw new Error(`${question.file} has nothing to explore`);
  const subject = await prepareCheck(check.target, host);
  return { question: key, target: check.target, subject, steps: [], path: pathAtStart(subject) };
}

/** The path that takes these steps. Goes on from where it leaves the known one. */
function pathBy({ subject, steps: known, path: [start, ...points] }: Explored, steps: readonly number[]): Path {
  const parting = steps.findIndex((number, position) => number !== known[position]);
  const common = parting === -1 ? Math.min(steps.length, known.length) : parting;
  let path: Path = [start, ...points.slice(0, common)];
  for (const number of steps.slice(common)) {
    const option = optionsAt(subject, endOf(path))[number];
    if (option === undefined)
      throw usageError(
        `step ${path.length} of the path cannot be taken`,
        "the scenario or the kernel may have changed since the path was begun",
      );
    path = takeOption(subject, path, path.length - 1, option);
  }
  return path;
}

function nextSteps(subject: Subject, path: Path): readonly NextStep[] {
  return optionsAt(subject, endOf(path)).map((option, number): NextStep => {
    const end = endOf(takeOption(subject, path, path.length - 1, option));
    if (end.taken === undefined) throw new Error("a step was taken and is not there");
    const { actor, procedure, label, note, outcome, choice } = end.taken.described;
    const violates = violationsHere(subject, end).find(isBroken)?.property;
    return { number, actor, procedure, label, note, outcome, chosen: choice.alternatives, violates };
  });
}
