/** What a loop is, on a graph of all states, for the plain search (reference-search.ts). */
import { controlLoops } from "../ir/control-loops.ts";
import type { State } from "../ir/evaluate.ts";
import type { Program } from "../ir/program.ts";
import { restingPlaces } from "../ir/resting-places.ts";

/** A state that was found, with the moves that a loop can take: they violate nothing, and are not bad luck. */
export interface LoopNode {
  readonly state: State;
  readonly level: number;
  readonly moves: { readonly actor: number; readonly to: LoopNode }[];
}

/** The level of the nearest state to which some actor can return alone. The actor is then at the head of a loop. */
export function nearestLoneLoop(program: Program, all: readonly LoopNode[]): number | undefined {
  const { isHead } = controlLoops(program);
  for (const node of all) {
    for (const { id, actor } of restingPlaces(program, node.state))
      if (isHead[id] === 1 && returns(node, actor)) return node.level;
  }
  return undefined;
}

function returns(start: LoopNode, actor: number): boolean {
  const ahead = (node: LoopNode) => node.moves.filter((move) => move.actor === actor).map(({ to }) => to);
  const met = new Set(ahead(start));
  // A set's iterator also visits what is added meanwhile.
  for (const node of met) for (const to of ahead(node)) met.add(to);
  return met.has(start);
}
