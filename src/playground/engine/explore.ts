/** Steps that are taken by hand from the start of a scenario. */
import type { CheckTarget } from "../../check/check-request.ts";
import { originOf } from "../../check/keep-traces.ts";
import { prepareCheck } from "../../check/prepare.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { endOf, foundBy, optionsAt, type Path, pathAtStart, takeOption, violationsHere } from "../../explorer/path.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { buildTrace } from "../../trace/build-trace.ts";
import { isBroken, noProperty } from "../../trace/format.ts";
import type { Subject } from "../../trace/violation.ts";
import { traceText } from "../../trace/write-trace.ts";
import type { Answer, Exploration, ExplorationPath, NextStep, Question } from "../protocol.ts";
import { answer } from "./answer.ts";
import type { EngineHost } from "./engine-host.ts";
import { targetOf } from "./subject.ts";

/** What an answer was made of. */
interface Explored {
  readonly asked: string;
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
      const begun = await begin(question, kernel, last, host);
      const { target, subject } = begun;
      const path = pathBy(begun, steps);
      last = { ...begun, steps, path };
      const trace = buildTrace(subject, foundBy(subject, path, property), originOf(target, host.version));
      const name = `${target.spec.name}-${kernel}-by-hand.trace.json`;
      return { trace: { name, text: traceText(trace), trace }, next: nextSteps(subject, path) };
    });
}

async function begin(
  question: Question,
  kernel: KernelVersion,
  last: Explored | undefined,
  host: EngineHost,
): Promise<Explored> {
  const asked = JSON.stringify([question, kernel]);
  if (last?.asked === asked) return last;
  const target = targetOf(question, kernel);
  const subject = await prepareCheck(target, host);
  return { asked, target, subject, steps: [], path: pathAtStart(subject) };
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
    const next = takeOption(subject, path, path.length - 1, option);
    const end = endOf(next);
    if (end.taken === undefined) throw new Error("a step was taken and is not there");
    const { actor, procedure, label, note, outcome, choice } = end.taken.described;
    const violates = violationsHere(subject, next, next.length - 1).find(isBroken)?.property;
    return { number, actor, procedure, label, note, outcome, chosen: choice.alternatives, violates };
  });
}
