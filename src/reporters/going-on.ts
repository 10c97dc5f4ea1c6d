/** Where a search went on, and how it can go on, for people. */
import { paragraph } from "../text/paragraph.ts";
import { count, grouped } from "../text/quantities.ts";
import type { CheckResult } from "./report.ts";

export interface GoingOn {
  /** Sentences without a full stop. */
  readonly sentences: readonly string[];
  /** The command that goes on; undefined if there is none. */
  readonly command: string | undefined;
}

export function goingOn({ bound, resumedAt, continuation, advice }: CheckResult): GoingOn {
  const before =
    resumedAt === undefined
      ? []
      : [`resumed at depth ${grouped(resumedAt.depth)} with ${count(resumedAt.states, "state")}`];
  if (bound === undefined) return { sentences: before, command: undefined };
  if (continuation === undefined) {
    const missed = "with --checkpoint FILE, this search could go on from here with --resume FILE";
    return { sentences: [...before, ...advice, missed], command: undefined };
  }
  const { checkpoint, depth, command } = continuation;
  return { sentences: [...before, ...advice, `${checkpoint} keeps the search up to depth ${grouped(depth)}`], command };
}

/**
 * The same as lines of a report. A command stays on one line, so that it can be copied. Without commands: what can be
 * changed in the scenario.
 */
export function goingOnLines(result: CheckResult, commands: boolean): readonly string[] {
  const { sentences, command } = commands ? goingOn(result) : { sentences: result.advice, command: undefined };
  const lines = sentences.flatMap((sentence) => paragraph(sentence, "  "));
  return command === undefined ? lines : [...lines, `  resume: ${command}`];
}
