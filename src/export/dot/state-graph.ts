/** Builds the whole graph of a small state space with the interpreter. */
import { judgeOf } from "../../checker/violations/violated-properties.ts";
import type { State } from "../../ir/evaluate.ts";
import { executeStep, initialState } from "../../ir/interpreter.ts";
import type { Location, Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import { hasFinished, restingPlaces } from "../../ir/resting-places.ts";

export interface StateGraph {
  /** In the order of discovery, breadth first; the first is the initial state. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Whether all states were found. False if the limit was reached. */
  readonly complete: boolean;
}

export interface GraphNode {
  readonly state: State;
  /** `deadlock`: no actor can move, and not all actors have finished. */
  readonly kind: "open" | "finished" | "deadlock";
  /** The names of the properties that do not hold at the start. Steps from there are not shown. */
  readonly violated: readonly string[];
}

export interface GraphEdge {
  readonly from: number;
  /** Undefined if the step violates a property: no path continues there. */
  readonly to: number | undefined;
  readonly location: Location;
  readonly choice: number;
  /** Names of the properties that the step violates. */
  readonly violated: readonly string[];
}

/** As in every search, a step that violates a property ends its path. */
export function stateGraph(program: Program, properties: readonly Property[], maxStates: number): StateGraph {
  const judge = judgeOf(program);
  const states: State[] = [];
  const numbers = new Map<string, number>();
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  let complete = true;

  const numberOf = (state: State): number | undefined => {
    const key = state.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (states.length >= maxStates) {
      complete = false;
      return undefined;
    }
    numbers.set(key, states.length);
    return states.push(state) - 1;
  };
  const brokenBy = (broken: (property: Property) => boolean): readonly string[] =>
    properties.filter(broken).map(({ name }) => name);

  const start = initialState(program);
  numberOf(start);
  const violatedAtStart = brokenBy((property) => judge.state(property, start));
  // The iterator of an array also visits elements that are added during the loop.
  for (const [from, state] of states.entries()) {
    const violated = from === 0 ? violatedAtStart : [];
    const moves = violated.length > 0 ? 0 : takeAll(from, state);
    const stuck = moves === 0 && violated.length === 0;
    nodes.push({ state, violated, kind: !stuck ? "open" : hasFinished(program, state) ? "finished" : "deadlock" });
  }
  return { nodes, edges, complete };

  /** Returns the number of enabled steps. */
  function takeAll(from: number, before: State): number {
    let moves = 0;
    for (const location of restingPlaces(program, before)) {
      for (let choice = 0; choice < location.choices; choice++) {
        const outcome = executeStep(program, before, location.id, choice);
        if (outcome === undefined) continue;
        moves++;
        const violated =
          outcome.rangeError === undefined
            ? brokenBy(
                (property) => judge.step(property, before, location, outcome) || judge.state(property, outcome.state),
              )
            : ["range"];
        if (violated.length > 0) edges.push({ from, to: undefined, location, choice, violated });
        else {
          const to = numberOf(outcome.state);
          if (to !== undefined) edges.push({ from, to, location, choice, violated });
        }
      }
    }
    return moves;
  }
}
