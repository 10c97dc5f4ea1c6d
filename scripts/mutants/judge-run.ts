/** What one scenario finds under one kernel, unchanged or with one change. Runs in a thread of its own. */
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import type { Location } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import type { RecordedActor } from "../../src/ir/recorder.ts";
import { buildModel } from "../../src/model/build-model.ts";
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import { anonymiser } from "../../src/model/scenario/anonymous-labels.ts";
import { listening, switched } from "../library/features.ts";
import { findRun, type Question, questionOf, type RunName } from "../library/runs.ts";
import { changeActor, type Mutant, nameOf, type Site, sitesOf } from "./change-actor.ts";

export type Change =
  | { readonly kind: "none" }
  | { readonly kind: "feature"; readonly feature: FeatureName }
  | { readonly kind: "mutant"; readonly mutant: Mutant };

export interface JudgeTask extends RunName {
  readonly change: Change;
  readonly maxStates: number;
  /** A first violation is enough to know that a scenario in which everything holds notices the change. */
  readonly stopAtFirst: boolean;
  /** Properties that are left out, to see what only they notice. */
  readonly ignored: readonly string[];
}

export interface Judged {
  /** Violated properties, required states that are not reached, or how the model fails. Undefined: no such question. */
  readonly findings: readonly string[] | undefined;
  readonly complete: boolean;
  readonly states: number;
  /** The features that the model was asked for while it was recorded. */
  readonly asked: readonly FeatureName[];
  /** What could be removed from the steps that were reached, and from those that were not. */
  readonly reached: readonly Mutant[];
  readonly unreached: readonly Mutant[];
}

export async function run(task: JudgeTask): Promise<Judged> {
  const { spec, run: kernelRun } = findRun(task);
  const asked = new Set<FeatureName>();
  const sites: Site[] = [];
  // The position of an operation in an actor's program makes no difference.
  const rename = anonymiser(spec.scenario);
  const recorder = watch(task.change, rename, sites);
  const build: typeof buildModel = (scenario, features) => buildModel(scenario, listening(features, asked), recorder);
  const changes = task.change.kind === "feature" ? switched(kernelRun, [task.change.feature]) : {};
  let question: Question;
  try {
    question = questionOf({ spec, run: { ...kernelRun, ...changes } }, build);
  } catch (error) {
    return { ...nothing, findings: asFinding(error), complete: true };
  }
  const { program, properties, names, promised } = leaveOut(question, task.ignored);
  const result = await search(program, properties, {
    workers: 1,
    soloStates: Number.MAX_VALUE,
    maxStates: task.maxStates,
    stopWhen: task.stopAtFirst ? "first-violation-level" : "exhausted",
  });
  const violated = result.violations.map(({ property }) =>
    property === "range-error" ? "a value leaves its range" : (names[property] ?? ""),
  );
  const missed = names.flatMap((name, position) => {
    const isMissed = result.complete && position >= promised && result.tested[position]?.includes(true) !== true;
    return isMissed ? [`never: ${name}`] : [];
  });
  return {
    findings: [...violated, ...missed].sort(),
    complete: result.complete,
    states: result.states,
    asked: [...asked],
    ...split(
      sites,
      program.locations.filter(({ id }) => (result.transitionsOf[id] ?? 0) > 0),
    ),
  };
}

function leaveOut(question: Question, ignored: readonly string[]): Question {
  const kept = question.names.flatMap((name, position) => {
    const leftOut = position < question.promised && ignored.includes(name);
    return leftOut ? [] : [{ name, property: question.properties[position] as Property }];
  });
  return {
    ...question,
    properties: kept.map(({ property }) => property),
    names: kept.map(({ name }) => name),
    promised: question.promised - (question.names.length - kept.length),
  };
}

const nothing = { complete: false, states: 0, asked: [], reached: [], unreached: [] };

/** A property of the scenario may refer to a step that no longer exists. Then there is no verdict. */
function asFinding(error: unknown): readonly string[] | undefined {
  if (error instanceof UserError && error.diagnostics.every(({ code }) => code !== "spec/impossible-start"))
    return undefined;
  return ["the model fails"];
}

function watch(
  change: Change,
  rename: (label: string) => string,
  sites: Site[],
): (actor: RecordedActor) => RecordedActor {
  if (change.kind === "mutant") return changeActor(change.mutant, rename);
  return (actor) => {
    if (change.kind === "none") sites.push(...sitesOf(actor, rename));
    return actor;
  };
}

/** A step's stack is one object, from the recording to the flat program. */
function split(sites: readonly Site[], taken: readonly Location[]): Pick<Judged, "reached" | "unreached"> {
  const stacks = new Set(taken.map(({ stack }) => stack));
  const reached = new Map<string, Mutant>();
  const unreached = new Map<string, Mutant>();
  for (const { mutant, step } of sites) (stacks.has(step.stack) ? reached : unreached).set(nameOf(mutant), mutant);
  return { reached: [...reached.values()], unreached: [...unreached.values()] };
}
