/** One scenario under one kernel, with and without a change: the file that each thread of a review loads. */
import type { CheckTarget } from "../check/check-request.ts";
import { changedFeatures, runsUnder } from "../check/feature-changes.ts";
import { isSameSet } from "../check/idle-features.ts";
import { editsWithoutPlace, type Prepared, prepareCheck } from "../check/prepare.ts";
import { search } from "../checker/search.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { parseEdit } from "../edits/parse-edit.ts";
import { at } from "../ir/lookup.ts";
import { buildModelInTurns, recordScenario } from "../model/build-model.ts";
import { type FeatureName, featuresOf } from "../model/features/catalogue.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { loadSpec } from "../spec/load-spec.ts";
import type { FeatureChanges } from "../spec/spec.ts";
import type { Trace } from "../trace/format.ts";
import { findingsOnce, identityOf } from "./base-cache.ts";
import { type Difference, differenceOf, isSame } from "./difference.ts";
import { searchFor } from "./findings.ts";
import { findingsIn } from "./findings-folder.ts";
import { identityOnce } from "./questions.ts";
import { unhidden } from "./unhidden.ts";

/** What is reviewed, as data that goes to a thread. */
export interface ReviewTask {
  readonly file: string;
  /** The kernel without the change, and the one with it. */
  readonly kernels: readonly [KernelVersion, KernelVersion];
  readonly with: readonly FeatureName[];
  readonly without: readonly FeatureName[];
  /** One line each. */
  readonly edits: readonly string[];
  readonly maxStates: number;
  readonly cache: string;
  readonly version: string;
}

export type Reviewed =
  /** The change has no place in this scenario. */
  | { readonly kind: "untouched" }
  /** The change names something that this kernel does not have, such as an effect of a step. */
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "same"; readonly complete: boolean }
  | { readonly kind: "differs"; readonly difference: Difference; readonly traces: readonly Trace[] };

const builder = { buildModel: buildModelInTurns, recordScenario };

export async function run(task: ReviewTask): Promise<Reviewed> {
  const [before, after] = targetsOf(task);
  let changed: Prepared;
  try {
    if (await isUntouched(before, after)) return { kind: "untouched" };
    changed = await prepareCheck(after, builder);
  } catch (error) {
    // A thread's error loses its class on the way.
    if (error instanceof UserError) return { kind: "refused", message: error.message };
    throw error;
  }
  let prepared: Prepared | undefined;
  const unchanged = async (): Promise<Prepared> => {
    prepared ??= await prepareCheck(before, builder);
    return prepared;
  };
  const identity = await identityOnce(task.cache, before, async () => identityOf(await unchanged()));
  if (identity === identityOf(changed)) return { kind: "untouched" };

  const { maxStates } = task;
  const findingsKept = findingsIn(task.cache);
  const base = await findingsOnce(
    findingsKept,
    identity,
    maxStates,
    async () => (await searchFor(search, before, await unchanged(), { maxStates })).findings,
  );
  const { findings, traceOf } = await searchFor(search, after, changed, { maxStates });
  const searchAlone = (target: CheckTarget, isKept: boolean) => async (names: readonly string[]) => {
    const narrow = { ...target, properties: target.properties.filter(({ name }) => names.includes(name)) };
    const alone = await prepareCheck(narrow, builder);
    const make = async () => (await searchFor(search, narrow, alone, { maxStates })).findings;
    return isKept ? findingsOnce(findingsKept, identityOf(alone), maxStates, make) : make();
  };
  const [violatedBefore, violatedAfter] = [Object.keys(base.violated), Object.keys(findings.violated)];
  const difference = differenceOf(
    await unhidden(base, violatedAfter, searchAlone(before, true)),
    await unhidden(findings, violatedBefore, searchAlone(after, false)),
  );
  if (isSame(difference)) return { kind: "same", complete: difference.complete };
  const traces = difference.bad.map(({ property }) => traceOf(property, task.version));
  return { kind: "differs", difference, traces };
}

/** Finds most of the runs in which the change has no place, without a program. */
async function isUntouched(before: CheckTarget, after: CheckTarget): Promise<boolean> {
  const [from, to] = [before, after].map(({ kernel, features }) => featuresOf(kernel, features));
  if (from === undefined || to === undefined || !isSameSet(from, to)) return false;
  const placeless = await editsWithoutPlace(builder, after);
  const own = before.features.edits ?? [];
  return (after.features.edits ?? []).every((placed) => own.includes(placed) || placeless.includes(placed));
}

function targetsOf(task: ReviewTask): readonly [CheckTarget, CheckTarget] {
  const spec = loadSpec(task.file);
  const edits = task.edits.map((line) => {
    const { edit, problem } = parseEdit(line);
    if (edit === undefined) throw new Error(`${problem.message}: ${line}`);
    return { edit, path: undefined };
  });
  const asked: FeatureChanges = { with: task.with, without: task.without, edits };
  const [before, after] = task.kernels.map((kernel): CheckTarget => {
    const features = at(runsUnder(spec, [kernel]), 0);
    return { spec, kernel, features, properties: spec.properties };
  }) as [CheckTarget, CheckTarget];
  return [before, { ...after, features: changedFeatures(after.features, asked) }];
}
