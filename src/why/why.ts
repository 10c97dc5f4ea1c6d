/** Takes lines away, one at a time, and finds a scenario that breaks without each. */
import type { Edit } from "../edits/edit.ts";
import { required } from "../ir/lookup.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { type Base, type Break, type Broken, firstBreak, withoutLine } from "./first-break.ts";
import type { Judged, JudgeTask } from "./judge.ts";
import type { Line } from "./line.ts";

/** The most states of a scenario that is searched if nothing else is said: one that was named, and one of the package. */
export const mostStates = { scenario: 2_000_000, procedure: 10_000 };

/** A scenario under one kernel. */
export interface WhyRun {
  readonly file: string;
  readonly kernel: KernelVersion;
}

export interface Answer {
  readonly line: Line;
  readonly kernel: KernelVersion;
  /** Undefined if no scenario breaks without the line. */
  readonly needed: Need | undefined;
  /** The number of scenarios that come to the line and were tried without it. */
  readonly tried: number;
  /** Of these, the ones whose search without the line reached its limit and found nothing. */
  readonly unfinished: number;
}

export interface Need {
  readonly file: string;
  /** What takes the line away in this scenario. */
  readonly edits: readonly Edit[];
  readonly broken: readonly Broken[];
}

export interface Asking {
  readonly judge: (task: JudgeTask) => Promise<Judged>;
  /** A scenario with more states takes no part. */
  readonly maxStates: number;
  /** Where findings are kept, as a judge understands it: a folder. */
  readonly cache: string;
}

export interface Inquiry {
  /** What a scenario finds as it stands. Each is searched once, when it is asked for. */
  readonly asItStands: (run: WhyRun) => Promise<Judged>;
  /** Undefined if the search of the scenario did not end, or if the scenario is mistaken. */
  readonly base: (run: WhyRun) => Promise<Base | undefined>;
  /** Tries the runs, which are all on one kernel, in their order. */
  readonly why: (line: Line, kernel: KernelVersion, runs: readonly WhyRun[]) => Promise<Answer>;
}

export function inquiry({ judge, maxStates, cache }: Asking): Inquiry {
  const known = new Map<string, Promise<Judged>>();
  const asItStands = ({ file, kernel }: WhyRun): Promise<Judged> => {
    const key = `${kernel} ${file}`;
    const question = { file, kernel, change: undefined, maxStates, stopAtFirst: false, ignored: [], cache };
    const judged = known.get(key) ?? judge(question);
    known.set(key, judged);
    return judged;
  };
  const base = async (run: WhyRun): Promise<Base | undefined> => {
    const judged = await asItStands(run);
    return judged.kind === "found" && judged.findings.complete ? { ...judged, ...run } : undefined;
  };
  return {
    asItStands,
    base,
    async why(line, kernel, runs) {
      const changeOf = withoutLine(line);
      let failing: Break | undefined;
      // A scenario that cannot begin is the answer only if no violation is found. A violation that only vanishes without
      // the line does not count.
      const counts = (one: Break): boolean => {
        if (one.fails) failing ??= one;
        return !one.fails && one.appears.length > 0;
      };
      const { found = failing, ...counted } = await firstBreak(lazily(runs, base), {
        judge,
        changeOf,
        counts,
        ignored: [],
      });
      if (found === undefined) return { line, kernel, needed: undefined, ...counted };
      const { edits } = required(changeOf(found.base), "the change of a scenario that was tried");
      return { line, kernel, needed: { file: found.base.file, edits, broken: found.appears }, ...counted };
    },
  };
}

function* lazily(runs: readonly WhyRun[], base: Inquiry["base"]): Iterable<Promise<Base | undefined>> {
  for (const run of runs) yield base(run);
}
