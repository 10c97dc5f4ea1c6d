import type { Location, Program, ProgramNames } from "./program.ts";

/** The literals of `step.actor`, `step.procedure` and `step.label`, numbered by first appearance in the program. */
export interface StepVocabulary {
  readonly actors: readonly string[];
  readonly procedures: readonly string[];
  readonly labels: readonly string[];
}

const vocabularies = new WeakMap<ProgramNames, StepVocabulary>();

export function stepVocabulary(program: ProgramNames): StepVocabulary {
  let vocabulary = vocabularies.get(program);
  if (vocabulary === undefined) {
    vocabulary = {
      actors: program.actors.map(({ name }) => name),
      procedures: [...new Set(program.locations.map(({ procedure }) => procedure))],
      labels: [...new Set(program.locations.map(({ label }) => label))],
    };
    vocabularies.set(program, vocabulary);
  }
  return vocabulary;
}

/** The values of `step.actor`, `step.procedure` and `step.label` for the step of a location. */
export function stepNames(
  program: Program,
  location: Location,
): Readonly<Record<"actor" | "procedure" | "label", number>> {
  const { procedures, labels } = stepVocabulary(program);
  return {
    actor: location.actor,
    procedure: procedures.indexOf(location.procedure),
    label: labels.indexOf(location.label),
  };
}
