/** Whether what a kernel showed after each step of a program is possible in the model. */
import { at } from "../../src/ir/lookup.ts";
import type { ProgramRun } from "../guest/protocol.ts";
import type { LabProgram } from "../lab-program.ts";
import type { Ending, Observation } from "../observation.ts";
import type { ModelEnding } from "./endings.ts";
import type { Explained } from "./explained.ts";
import {
  countFields,
  type Difference,
  type Fields,
  type FieldValue,
  fieldsAgree,
  fieldsOf,
  kindOfField,
} from "./fields.ts";
import type { LabModel, ModelOutcome } from "./model-outcomes.ts";
import { observer } from "./observe-state.ts";
import type { RestState } from "./rest-states.ts";

export interface Disagreement {
  /** The number of the step after which the two differ. */
  readonly at: number;
  /** For each of the nearest outcomes, how it differs. Empty lists do not occur. */
  readonly nearest: readonly (readonly Difference[])[];
}

export interface Comparison {
  /** How many values of the kernel were compared. */
  readonly compared: number;
  readonly disagreement: Disagreement | undefined;
  /** For each step that only agrees because of them: the reasons. */
  readonly explained: readonly Explained[];
}

/** The reason for a difference that is known; the rest of the observation is compared nevertheless. */
export type Explain = (difference: Difference, program: LabProgram) => Explained | undefined;

export type Compare = (program: LabProgram, run: ProgramRun) => Comparison;

export function comparer(model: LabModel, explain: Explain = () => undefined): Compare {
  const observe = observer(model.machine, model.states);
  const known = new Map<number, Fields>();
  const foretold = (state: RestState): Fields => {
    const before = known.get(state.id) ?? fieldsOf(observe(state));
    known.set(state.id, before);
    return before;
  };

  return (program, run) => {
    let possible: ReadonlySet<RestState> = new Set([model.states.start]);
    const explained: Explained[] = [];
    let compared = 0;
    for (const [position, observation] of run.observations.entries()) {
      compared += countFields(observation) + 1;
      const step = at(program.steps, position);
      const outcomes = [...possible].flatMap((state) => model.outcomes(state, step));
      const wholly = outcomes.filter((outcome) => agreesWholly(outcome, observation));
      if (wholly.length > 0) {
        possible = new Set(wholly.map(({ state }) => state));
        continue;
      }
      const part = { ...program, steps: program.steps.slice(0, position + 1) };
      const kernel = fieldsOf(observation);
      const judged = outcomes.map((outcome) =>
        judge(outcome, differencesOf(outcome, observation, kernel, foretold(outcome.state)), part),
      );
      const agreeing = judged.filter(({ unexplained }) => unexplained.length === 0);
      if (agreeing.length === 0) {
        const nearest = fewest(judged.map(({ unexplained }) => unexplained));
        return { compared, explained, disagreement: { at: position, nearest } };
      }
      explained.push(...at(agreeing, 0).reasons);
      possible = new Set(agreeing.map(({ state }) => state));
    }
    return { compared, explained, disagreement: afterLastStep(program, run) };
  };

  /** The same as having no difference. */
  function agreesWholly({ state, ending, complaints }: ModelOutcome, observation: Observation): boolean {
    return (
      agree(ending, observation.ending) &&
      expected(complaints, observation.complaints) &&
      fieldsAgree(observe(state), observation)
    );
  }

  function judge({ state }: ModelOutcome, differences: readonly Difference[], program: LabProgram) {
    const reasons = differences.map((difference) => explain(difference, program));
    return {
      state,
      unexplained: differences.filter((_, index) => reasons[index] === undefined),
      reasons: [...new Set(reasons.filter((reason) => reason !== undefined))],
    };
  }
}

/**
 * A step that did not end, or what the kernel says when the processes and their memory go. The model expects neither.
 */
function afterLastStep({ steps }: LabProgram, { observations, failure, complaintsAtEnd }: ProgramRun) {
  const differs = (position: number, field: string, kernel: string): Disagreement => ({
    at: position,
    nearest: [[{ field, kernel, model: "none" }]],
  });
  if (failure !== undefined) return differs(Math.min(observations.length, steps.length - 1), "failure", failure);
  const complaint = complaintsAtEnd.join("; ");
  return complaint === "" ? undefined : differs(steps.length - 1, "complaints at the end", complaint);
}

export function differencesOf(
  { ending, complaints }: ModelOutcome,
  observation: Observation,
  kernel: Fields,
  model: Fields,
): readonly Difference[] {
  const differences: Difference[] = [];
  if (!agree(ending, observation.ending))
    differences.push({ field: "ending", kernel: endingText(observation.ending), model: endingText(ending) });
  if (!expected(complaints, observation.complaints))
    differences.push({
      field: "complaints",
      kernel: observation.complaints.join("; ") || "none",
      model: complaints.join("; ") || "none",
    });
  // What only one side has is not compared, unless it is a whole process: the page numbers of entries tell the rest.
  for (const field of new Set([...model.keys(), ...kernel.keys()])) {
    const [seen, foretold] = [kernel.get(field), model.get(field)];
    if (seen === foretold) continue;
    if ((seen !== undefined && foretold !== undefined) || kindOfField(field) === "process")
      differences.push({ field, kernel: seen, model: foretold });
  }
  return differences;
}

function agree(model: ModelEnding, kernel: Ending): boolean {
  return model.kind === "unknown" || endingText(model) === endingText(kernel);
}

/** A kernel writes WARN_ON_ONCE() only once, perhaps in an earlier program. */
function expected(model: readonly string[], kernel: readonly string[]): boolean {
  if (kernel.length > 0) return model.length > 0;
  return model.every((complaint) => complaint.includes("WARN_ON_ONCE"));
}

export function endingText(ending: ModelEnding): string {
  switch (ending.kind) {
    case "done":
    case "unknown":
      return ending.kind;
    case "error":
      return ending.errno;
    case "signal":
      return ending.signal;
    case "waits":
      return `waits for ever at ${ending.at}`;
  }
}

/** The shortest lists, each once. */
export function fewest(lists: readonly (readonly Difference[])[]): readonly (readonly Difference[])[] {
  const least = Math.min(...lists.map(({ length }) => length));
  const shortest = lists.filter(({ length }) => length === least);
  return [...new Map(shortest.map((list) => [JSON.stringify(list), list])).values()];
}

/**
 * What a disagreement is about: the operation and the kinds of values that differ, without places and numbers. Two that
 * have the same name are taken to be the same disagreement.
 */
export function nameOf(program: LabProgram, { at: position, nearest }: Disagreement): string {
  const { operation } = at(program.steps, position).call;
  const about = nearest.map((list) => list.map(({ field, kernel, model }) => describe(field, kernel, model)));
  const [first] = about.map((list) => [...new Set(list)].sort().join("; ")).sort();
  return `${operation}: ${first ?? "the model has no outcome"}`;
}

export function describe(field: string, kernel: FieldValue | undefined, model: FieldValue | undefined): string {
  const kind = kindOfField(field);
  const isCount = [kernel, model].every((value) => value === undefined || typeof value === "number");
  return isCount ? kind : `${kind} ${kernel ?? "missing"}, not ${model ?? "missing"}`;
}
