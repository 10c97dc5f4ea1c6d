/** What only a search of all states can tell: whether runs go on for ever. */
import type { State } from "../../ir/evaluate.ts";
import { executeStep, initialState } from "../../ir/interpreter.ts";
import { required } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { asksForFinish, type Check, hasCheck, type Property } from "../../ir/property.ts";
import { noMove } from "../contract/packed-move.ts";
import type { Move, Violation } from "../contract/search-types.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { loneLoopsOf } from "./alone.ts";
import type { AllExplored } from "./explored.ts";
import { fairLoopThrough } from "./fair-loop-through.ts";
import { firstLoneLoop } from "./first-lone-loop.ts";

/** The states from which a run goes on for ever, one for each property that is violated. */
export async function endlessRuns(
  program: Program,
  properties: readonly Property[],
  all: AllExplored,
): Promise<readonly Candidate[]> {
  const judge = async (
    asks: (property: Property) => boolean,
    find: () => Promise<Livelocked | undefined>,
  ): Promise<readonly Candidate[]> => {
    const asking = properties.flatMap((property, position) => (asks(property) ? [position] : []));
    const found = asking.length === 0 ? undefined : await find();
    if (found === undefined) return [];
    const { index, level, representative, target } = found;
    const moves = [{ parent: index, move: noMove }];
    return asking.map((position) => ({ bit: position + 1, length: level, representative, target, moves }));
  };
  return [
    ...(await judge(asksForFinish, all.firstLivelocked)),
    ...(await judge(isAbout("ends-alone"), () =>
      all.first((explored) => firstLoneLoop(explored, loneLoopsOf(program, properties))),
    )),
    ...(await judge(isAbout("ends-together"), () => all.firstFairLoop(program))),
  ];
}

/** Adds the loops to violations by endless runs. */
export function withLoops(
  program: Program,
  properties: readonly Property[],
  violations: readonly Violation[],
): readonly Violation[] {
  return violations.map((violation) => {
    const property = violation.property === "range-error" ? undefined : properties[violation.property];
    if (property === undefined) return violation;
    const end = () => stateAfter(program, violation.steps);
    if (isAbout("ends-alone")(property)) return withLoop(violation, loneLoopsOf(program, properties)(end()));
    if (isAbout("ends-together")(property)) return withLoop(violation, fairLoopThrough(program, properties, end()));
    return violation;
  });
}

function withLoop(violation: Violation, loop: readonly Move[] | undefined): Violation {
  return { ...violation, loop: required(loop, "the loop of an endless run") };
}

function isAbout(kind: Check["kind"]): (property: Property) => boolean {
  return (property) => hasCheck(property, kind);
}

function stateAfter(program: Program, steps: readonly Move[]): State {
  return steps.reduce(
    (state, { location, choice }) => required(executeStep(program, state, location, choice), "an enabled step").state,
    initialState(program),
  );
}
