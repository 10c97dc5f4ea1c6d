/** Tries changes of the model on the scenarios until a scenario notices. */
import { type FeatureName, featuresOf } from "../../src/model/features/catalogue.ts";
import type { Threads } from "../../src/review/threads.ts";
import { type Base as AnyBase, type Break, firstBreak } from "../../src/why/first-break.ts";
import type { Change, JudgeTask } from "../../src/why/judge.ts";
import { type Line, nameOf } from "../../src/why/line.ts";
import { type Run, titleOf } from "../library/runs.ts";
import type { JudgedModel } from "./judge-run.ts";
import { keptRuns } from "./kept.ts";

/** A scenario under one kernel, without changes. */
export interface Base extends AnyBase {
  readonly run: Run;
  readonly title: string;
  readonly asked: readonly FeatureName[];
}

export type Kill = Break<Base>;

export type Judges = Threads<JudgeTask, JudgedModel>;

export interface AsTheyStand {
  readonly bases: readonly Base[];
  readonly tooLarge: readonly string[];
  /** What can be removed from any of them, including those that are too large. */
  readonly lines: readonly Line[];
}

/** Every scenario and kernel with at most so many states. The others are named. */
export async function judgeAsTheyStand(
  judges: Judges,
  runs: readonly Run[],
  { mostStates, ignored }: { readonly mostStates: number; readonly ignored: readonly string[] },
): Promise<AsTheyStand> {
  const kept = keptRuns([mostStates, ...ignored].join(" "));
  const tooLarge: string[] = [];
  const lines = new Map<string, Line>();
  const found = await Promise.all(
    runs.map(async (run): Promise<readonly Base[]> => {
      const place = { file: run.file, kernel: run.run.kernel };
      const question = { ...place, change: undefined, maxStates: mostStates, stopAtFirst: false, ignored };
      const known = kept.find(run) ?? (await judges.run({ ...question, cache: undefined }));
      kept.add(run, known);
      const { judged, asked } = known;
      const title = titleOf(run);
      if (judged.kind !== "found") throw new Error(`${title} as it stands is no question`);
      for (const { line } of judged.lines) lines.set(nameOf(line), line);
      if (!judged.findings.complete) tooLarge.push(title);
      return judged.findings.complete ? [{ ...judged, ...place, run, title, asked }] : [];
    }),
  );
  if (ignored.length === 0) kept.write();
  return {
    bases: found.flat().sort((a, b) => a.findings.states - b.findings.states),
    tooLarge: tooLarge.sort(),
    lines: [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line),
  };
}

/** Undefined if no scenario notices. */
export async function firstKill(
  judges: Judges,
  changeOf: (base: AnyBase) => Change | undefined,
  bases: readonly Base[],
  ignored: readonly string[],
): Promise<Kill | undefined> {
  const judge = async (task: JudgeTask) => (await judges.run(task)).judged;
  return (await firstBreak(bases, { judge, changeOf, counts: () => true, ignored })).found;
}

/** Whether the model of the run has the feature. */
export function hasFeature({ run: { run } }: Base, name: FeatureName): boolean {
  return featuresOf(run.kernel, run).has(name);
}

export function switching(name: FeatureName, on: boolean): Change {
  return { with: on ? [name] : [], without: on ? [] : [name], edits: [] };
}

/** Puts the runs that the predicate names before the others. */
export function first<T>(isFirst: (run: T) => boolean, runs: readonly T[]): readonly T[] {
  return [...runs.filter(isFirst), ...runs.filter((run) => !isFirst(run))];
}

/** Puts first the runs whose file names the feature, or that switch it. */
export function likeliestFirst(feature: FeatureName, bases: readonly Base[]): readonly Base[] {
  const speaksOf = ({ run: { file, run } }: Base): boolean =>
    file.includes(feature) || [...run.with, ...run.without].includes(feature);
  return first(speaksOf, bases);
}
