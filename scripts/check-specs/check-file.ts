/**
 * One scenario under each of its kernels, on one thread. Often two neighbouring kernels do not differ in anything that
 * the scenario uses: their models get the same answers to all that they ask of the kernel, so both record the same
 * program. Then only the first is searched.
 */
import { isDeepStrictEqual } from "node:util";
import { rejectMissingFeatures } from "../../src/check/missing-features.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { type FeatureName, featuresOf } from "../../src/model/features/catalogue.ts";
import { givesSameAnswers, listening } from "../../src/model/features/listening.ts";
import { findRun, questionOf, type Run } from "../library/runs.ts";
import { type CheckedRun, type CheckOptions, checkRun, judgedAgain } from "./check-run.ts";

export interface CheckTask extends CheckOptions {
  readonly file: string;
  /** How many kernels the file names. */
  readonly kernels: number;
}

interface Searched {
  readonly found: Run;
  /** The features that the model asked for, and the answers. */
  readonly answers: ReadonlyMap<FeatureName, boolean>;
  readonly result: CheckedRun;
}

export async function run({ file, kernels, ...options }: CheckTask): Promise<readonly CheckedRun[]> {
  const results: CheckedRun[] = [];
  let last: Searched | undefined;
  for (let position = 0; position < kernels; position++) {
    const found = findRun({ file, position });
    if (last === undefined || !asksTheSame(last, found)) last = await searched(found, options);
    results.push(last.found === found ? last.result : judgedAgain(last.result, found));
  }
  return results;
}

async function searched(found: Run, options: CheckOptions): Promise<Searched> {
  const answers = new Map<FeatureName, boolean>();
  const question = questionOf(found, (scenario, features, change) =>
    buildModel(scenario, listening(features, answers), change),
  );
  return { found, answers, result: await checkRun(found, question, options) };
}

/** The properties and bounds are those of the file, so they are the same. */
function asksTheSame({ found, answers }: Searched, { spec, run }: Run): boolean {
  rejectMissingFeatures(spec, run.kernel, run);
  const isEdited = [found.run, run].some(({ edits = [] }) => edits.length > 0);
  if (isEdited || !isDeepStrictEqual(found.run.counts, run.counts)) return false;
  return givesSameAnswers(featuresOf(run.kernel, run), answers);
}
