/** Tries changes of the model on the scenarios until a scenario notices. */
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import type { Threads } from "../../src/review/threads.ts";
import { type Run, titleOf } from "../library/runs.ts";
import { type Mutant, nameOf } from "./change-actor.ts";
import type { Change, Judged, JudgeTask } from "./judge-run.ts";
import { keptRuns } from "./kept.ts";

/** A scenario under one kernel, without changes. */
export interface Base extends Judged {
  readonly run: Run;
  readonly title: string;
  readonly findings: readonly string[];
}

export interface Kill {
  readonly by: string;
  /** What only the changed model finds, and what only the unchanged model finds. */
  readonly appears: readonly string[];
  readonly vanishes: readonly string[];
}

export type Judges = Threads<JudgeTask, Judged>;

export interface AsTheyStand {
  readonly bases: readonly Base[];
  readonly tooLarge: readonly string[];
  /** What can be removed from any of them, including those that are too large. */
  readonly mutants: readonly Mutant[];
}

/** Every scenario and kernel with at most so many states. The others are named. */
export async function judgeAsTheyStand(
  judges: Judges,
  runs: readonly Run[],
  { mostStates, ignored }: { readonly mostStates: number; readonly ignored: readonly string[] },
): Promise<AsTheyStand> {
  const kept = keptRuns([mostStates, ...ignored].join(" "));
  const tooLarge: string[] = [];
  const mutants = new Map<string, Mutant>();
  const judged = await Promise.all(
    runs.map(async (run): Promise<readonly Base[]> => {
      const { file, position } = run;
      const task = {
        file,
        position,
        change: { kind: "none" },
        maxStates: mostStates,
        stopAtFirst: false,
        ignored,
      } as const;
      const base = kept.find(run) ?? (await judges.run(task));
      kept.add(run, base);
      const { findings, complete, reached, unreached } = base;
      for (const mutant of [...reached, ...unreached]) mutants.set(nameOf(mutant), mutant);
      const title = titleOf(run);
      if (!complete) tooLarge.push(title);
      return findings === undefined || !complete ? [] : [{ ...base, run, title, findings }];
    }),
  );
  if (ignored.length === 0) kept.write();
  return {
    bases: judged.flat().sort((a, b) => a.states - b.states),
    tooLarge: tooLarge.sort(),
    mutants: [...mutants].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mutant]) => mutant),
  };
}

/** Undefined if no scenario notices. A search that reaches its limit does not count as noticing. */
export async function firstKill(
  judges: Judges,
  change: Change,
  bases: readonly Base[],
  ignored: readonly string[],
): Promise<Kill | undefined> {
  for (const { run, title, findings, states } of bases) {
    const { file, position } = run;
    const judged = await judges.run({
      file,
      position,
      change,
      maxStates: 4 * states + 20_000,
      stopAtFirst: findings.length === 0,
      ignored,
    });
    if (judged.findings === undefined) continue;
    const found = judged.findings;
    const appears = found.filter((one) => !findings.includes(one));
    const vanishes = judged.complete ? findings.filter((one) => !found.includes(one)) : [];
    if (appears.length + vanishes.length > 0) return { by: title, appears, vanishes };
  }
  return undefined;
}

/** Puts first the runs whose file names the feature, or that switch it. */
export function likeliestFirst(feature: FeatureName, bases: readonly Base[]): readonly Base[] {
  const speaksOf = ({ run: { file, run } }: Base): boolean =>
    file.includes(feature) || [...run.with, ...run.without].includes(feature);
  return [...bases.filter(speaksOf), ...bases.filter((base) => !speaksOf(base))];
}
