/** Whether the ends that were observed are ends of the model, and which ends of the model were observed. */
import { at } from "../../src/ir/lookup.ts";
import { textOf } from "../../src/model/operations.ts";
import type { OperationCall } from "../../src/model/scenario/scenario.ts";
import { describe, differencesOf, type Explain, endingText, fewest } from "../conform/compare.ts";
import type { ModelEnding } from "../conform/endings.ts";
import type { Explained } from "../conform/explained.ts";
import { type Difference, type Fields, fieldsOf } from "../conform/fields.ts";
import type { LabModel } from "../conform/model-outcomes.ts";
import { observer } from "../conform/observe-state.ts";
import type { Ending, Observation } from "../observation.ts";
import { type ActorsProgram, stepsOf } from "./actors-program.ts";
import type { ModelEnd } from "./model-ends.ts";

/** How a program ended on a kernel, and how often it ended so. */
export interface ObservedEnd {
  readonly times: number;
  /** By actor in the order of the program, then by operation. */
  readonly endings: readonly (readonly Ending[])[];
  /** After all actors have ended. Its own ending says nothing. */
  readonly observation: Observation;
}

/** An end that the model does not reach. */
export interface UnreachedEnd {
  readonly observed: ObservedEnd;
  /** For each of the nearest ends of the model, how it differs. */
  readonly nearest: readonly (readonly Difference[])[];
}

export interface EndsComparison {
  /** The ends of the model that can be told apart by what user space sees, as one of their states. */
  readonly reachable: readonly ModelEnd[];
  readonly seen: ReadonlySet<ModelEnd>;
  readonly unreached: readonly UnreachedEnd[];
  /** For each end that is only one of the model's because of them: the reasons. */
  readonly explained: readonly Explained[];
}

export type CompareEnds = (
  program: ActorsProgram,
  ends: readonly ModelEnd[],
  observed: readonly ObservedEnd[],
) => EndsComparison;

export function endsComparer(model: LabModel, explain: Explain = () => undefined): CompareEnds {
  const observe = observer(model.machine, model.states);
  const known = new Map<number, Fields>();
  const foretold = ({ state }: ModelEnd): Fields => {
    const before = known.get(state.id) ?? fieldsOf(observe(state));
    known.set(state.id, before);
    return before;
  };

  return ({ setup, prefix, together }, ends, observed) => {
    const program = { setup, steps: [...prefix, ...stepsOf(together)] };
    const reachable = [
      ...new Map(
        ends.map((end) => [JSON.stringify([[...foretold(end)], end.endings, end.complaints.length > 0]), end]),
      ).values(),
    ];
    const seen = new Set<ModelEnd>();
    const unreached: UnreachedEnd[] = [];
    const explained: Explained[] = [];
    for (const one of observed) {
      const kernel = fieldsOf(one.observation);
      const judged = reachable.map((end) => {
        const differences = [
          ...endingDifferences(together, end, one),
          ...differencesOf({ ...end, ending: { kind: "unknown" } }, one.observation, kernel, foretold(end)),
        ];
        const reasons = differences.map((difference) => explain(difference, program));
        return {
          end,
          unexplained: differences.filter((_, index) => reasons[index] === undefined),
          reasons: reasons.filter((reason) => reason !== undefined),
        };
      });
      const agreeing = judged.filter(({ unexplained }) => unexplained.length === 0);
      const wholly = agreeing.filter(({ reasons }) => reasons.length === 0);
      for (const { end } of wholly) seen.add(end);
      if (wholly.length > 0) continue;
      const [nearly] = agreeing;
      if (nearly !== undefined) explained.push(...new Set(nearly.reasons));
      else unreached.push({ observed: one, nearest: fewest(judged.map(({ unexplained }) => unexplained)) });
    }
    return { reachable, seen, unreached, explained };
  };
}

function endingDifferences(
  together: ActorsProgram["together"],
  { endings }: ModelEnd,
  observed: ObservedEnd,
): readonly Difference[] {
  return together.flatMap(({ actor, calls }, position) =>
    calls.flatMap((call, index): readonly Difference[] => {
      const model = at(at(endings, position), index);
      const kernel = at(at(observed.endings, position), index);
      return agree(call, model, kernel)
        ? []
        : [{ field: `ending, ${actor} ${textOf(call)}`, kernel: endingText(kernel), model: endingText(model) }];
    }),
  );
}

/**
 * dmirror_exclusive() reads the page back once the device has it. It says ENOENT if the page was taken away meanwhile,
 * so the operation is done.
 */
function agree({ operation }: OperationCall, model: ModelEnding, kernel: Ending): boolean {
  const text = endingText(kernel);
  return (
    model.kind === "unknown" || endingText(model) === (operation === "atomic" && text === "ENOENT" ? "done" : text)
  );
}

/**
 * What an end that the model does not reach is about: the operations and the kinds of values that differ. Two that have
 * the same name are taken to be the same disagreement.
 */
export function nameOfUnreached({ together }: ActorsProgram, { nearest }: UnreachedEnd): string {
  const operations = stepsOf(together).map(({ call }) => call.operation);
  const about = nearest.map((list) =>
    [...new Set(list.map(({ field, kernel, model }) => describe(field, kernel, model)))].sort().join("; "),
  );
  return `${operations.sort().join(", ")}: ${about.sort()[0] ?? "the model has no end"}`;
}
