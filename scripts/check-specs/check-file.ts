/**
 * One scenario under each of its kernels, on one thread. Often two neighbouring kernels do not differ in anything that
 * the scenario uses: both record the same program. Then only the first is searched.
 */
import { isDeepStrictEqual } from "node:util";
import { findRun, type Question, questionOf, type Run } from "../library/runs.ts";
import { type CheckedRun, type CheckOptions, checkRun, judgedAgain } from "./check-run.ts";

export interface CheckTask extends CheckOptions {
  readonly file: string;
  /** How many kernels the file names. */
  readonly kernels: number;
}

interface Checked {
  readonly found: Run;
  readonly question: Question;
  readonly result: CheckedRun;
}

export async function run({ file, kernels, ...options }: CheckTask): Promise<readonly CheckedRun[]> {
  const results: CheckedRun[] = [];
  let earlier: Checked | undefined;
  for (let position = 0; position < kernels; position++) {
    const found = findRun({ file, position });
    const question = questionOf(found);
    const result =
      earlier !== undefined && asksTheSame(earlier, { found, question })
        ? judgedAgain(earlier.result, found)
        : await checkRun(found, question, options);
    results.push(result);
    earlier = { found, question, result };
  }
  return results;
}

/** The bounds are those of the file, so they are the same. */
function asksTheSame(one: Omit<Checked, "result">, other: Omit<Checked, "result">): boolean {
  const asked = ({ question, found }: Omit<Checked, "result">) => [
    question.program,
    question.properties,
    question.symmetries,
    found.run.counts,
  ];
  return isDeepStrictEqual(asked(one), asked(other));
}
