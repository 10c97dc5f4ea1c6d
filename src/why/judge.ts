/** What one scenario finds under one kernel, as it stands or with one change. */
import type { CheckTarget } from "../check/check-request.ts";
import { changedFeatures, runsUnder } from "../check/feature-changes.ts";
import { type Prepared, prepareCheck } from "../check/prepare.ts";
import type { Search } from "../checker/contract/search-types.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { Edit } from "../edits/edit.ts";
import { at } from "../ir/lookup.ts";
import type { FeatureName } from "../model/features/catalogue.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { findingsOnce, identityOf, type KeptFindings } from "../review/base-cache.ts";
import { type Findings, nameOfCall, nameOfStep, searchFor } from "../review/findings.ts";
import type { Spec } from "../spec/spec.ts";
import { type Line, nameOf, type Site, sitesOf } from "./line.ts";

/** A question as data that goes to a thread. */
export interface JudgeTask {
  readonly file: string;
  readonly kernel: KernelVersion;
  /** Undefined: as it stands. */
  readonly change: Change | undefined;
  readonly maxStates: number;
  /** Whether the first violation answers the question. */
  readonly stopAtFirst: boolean;
  /** Properties that are left out. */
  readonly ignored: readonly string[];
  /** Where findings of scenarios as they stand are kept, if they are: a folder. */
  readonly cache: string | undefined;
}

export interface Change {
  readonly with: readonly FeatureName[];
  readonly without: readonly FeatureName[];
  readonly edits: readonly Edit[];
}

export type Judged =
  | ({ readonly kind: "found" } & Found)
  /** The model cannot run. */
  | { readonly kind: "fails"; readonly how: string }
  /** The question cannot be asked, for instance because a property names a step that the change removes. */
  | { readonly kind: "no question" };

export interface Found {
  readonly findings: Findings;
  /** The `sometimes` that no state meets; empty unless the search was complete. */
  readonly missed: readonly string[];
  /** The lines that can be taken away; empty if there is a change already. */
  readonly lines: readonly FoundLine[];
}

export interface FoundLine {
  readonly line: Line;
  /** The procedures that the line calls in this scenario. */
  readonly callees: readonly string[];
  /** Whether the search came there. */
  readonly reached: boolean;
}

type Builder = Pick<ModelBuilder, "buildModel">;

export interface JudgeMeans extends Builder {
  readonly search: Search;
  /** The scenario of a file. */
  readonly specOf: (file: string) => Spec;
  readonly findingsIn: (cache: string) => KeptFindings;
}

export async function judge(task: JudgeTask, { buildModel, search, specOf, findingsIn }: JudgeMeans): Promise<Judged> {
  const spec = specOf(task.file);
  const target = targetOf(spec, task);
  const sites: Site[] = [];
  let prepared: Prepared;
  try {
    prepared = await prepareCheck(
      target,
      task.change === undefined ? collecting({ buildModel }, spec, sites) : { buildModel },
    );
  } catch (error) {
    // A thread's error loses its class on the way.
    if (!(error instanceof UserError)) throw error;
    const failure = failureOf(error);
    return failure === undefined ? { kind: "no question" } : { kind: "fails", how: failure };
  }
  const findings = await findingsFor(task, target, prepared, { search, findingsIn });
  const sometimes = new Set(prepared.sometimes.map(({ name }) => name));
  return {
    kind: "found",
    findings,
    missed: findings.complete ? findings.untested.filter((name) => sometimes.has(name)) : [],
    lines: linesOf(sites, findings),
  };
}

function targetOf(spec: Spec, { kernel, change, ignored }: JudgeTask): CheckTarget {
  const own = at(runsUnder(spec, [kernel]), 0);
  const properties = spec.properties.filter(({ name }) => !ignored.includes(name));
  if (change === undefined) return { spec, kernel, features: own, properties };
  const edits = change.edits.map((edit) => ({ edit, path: undefined }));
  return { spec, kernel, features: changedFeatures(own, { ...change, edits }), properties };
}

async function findingsFor(
  { change, cache, maxStates, stopAtFirst }: JudgeTask,
  target: CheckTarget,
  prepared: Prepared,
  { search, findingsIn }: Pick<JudgeMeans, "search" | "findingsIn">,
): Promise<Findings> {
  const make = async () => (await searchFor(search, target, prepared, { maxStates, stopAtFirst })).findings;
  if (cache === undefined || change !== undefined) return make();
  return findingsOnce(findingsIn(cache), identityOf(prepared), maxStates, make);
}

function failureOf({ diagnostics }: UserError): string | undefined {
  const has = (code: DiagnosticCode) => diagnostics.some((one) => one.code === code);
  if (has("spec/impossible-start") || has("spec/missing-feature")) return "the scenario cannot begin";
  return has("spec/bad-edit") ? "the model cannot run" : undefined;
}

/** Notes the lines of every actor that is recorded. */
function collecting({ buildModel }: Builder, { scenario }: Spec, sites: Site[]): Builder {
  // The position of an operation in an actor's program makes no difference.
  const rename = anonymiser(scenario);
  return {
    buildModel: (given, features, signal, change) =>
      buildModel(given, features, signal, (actor, context) => {
        const changed = change === undefined ? actor : change(actor, context);
        sites.push(...sitesOf(changed, rename));
        return changed;
      }),
  };
}

function linesOf(sites: readonly Site[], findings: Findings): readonly FoundLine[] {
  const [reached, called] = [new Set(findings.reached), new Set(findings.called)];
  const isReached = ({ line: { procedure }, callee, step: { label } }: Site): boolean =>
    callee === undefined ? reached.has(nameOfStep({ procedure, label })) : called.has(nameOfCall(procedure, callee));
  const found = new Map<string, { line: Line; callees: Set<string>; reached: boolean }>();
  for (const site of sites) {
    const one = found.get(nameOf(site.line)) ?? { line: site.line, callees: new Set(), reached: false };
    found.set(nameOf(site.line), one);
    if (site.callee !== undefined) one.callees.add(site.callee);
    one.reached ||= isReached(site);
  }
  return [...found.values()].map((one) => ({ ...one, callees: [...one.callees] }));
}
