/** What a loop is, on a graph of all states, for the plain search (reference-search.ts). */
import { controlLoops } from "../ir/control-loops.ts";
import { enabledActors } from "../ir/enabled-actors.ts";
import type { State } from "../ir/evaluate.ts";
import type { Program } from "../ir/program.ts";
import { restingPlaces } from "../ir/resting-places.ts";

/** A state that was found, with the moves that a loop can take: they violate nothing, and are not bad luck. */
export interface LoopNode {
  readonly state: State;
  readonly level: number;
  readonly moves: { readonly actor: number; readonly to: LoopNode }[];
}

/**
 * The level of the nearest state to which some actor can return alone while it is at the head of a loop. Throws an error if
 * there are such loops, but none of them passes a head.
 */
export function nearestLoneLoop(program: Program, all: readonly LoopNode[]): number | undefined {
  const { isHead } = controlLoops(program);
  let isLoop = false;
  for (const node of all) {
    for (const { id, actor } of restingPlaces(program, node.state)) {
      if (!returns(node, actor)) continue;
      if (isHead[id] === 1) return node.level;
      isLoop = true;
    }
  }
  if (isLoop) throw new Error("no loop of an actor alone passes the head of a loop of its control flow");
  return undefined;
}

function returns(start: LoopNode, actor: number): boolean {
  const ahead = (node: LoopNode) => node.moves.filter((move) => move.actor === actor).map(({ to }) => to);
  const met = new Set(ahead(start));
  // A set's iterator also visits what is added meanwhile.
  for (const node of met) for (const to of ahead(node)) met.add(to);
  return met.has(start);
}

/**
 * The level of the nearest state on a fair loop: a set of states that all lead to each other, in which each actor moves,
 * or cannot move in some state.
 */
export function nearestFairLoop(program: Program, all: readonly LoopNode[]): number | undefined {
  const back = new Map<LoopNode, LoopNode[]>();
  for (const node of all) for (const { to } of node.moves) back.set(to, [...(back.get(to) ?? []), node]);
  const judged = new Set<LoopNode>();
  for (const start of all) {
    if (judged.has(start)) continue;
    const ahead = reached(start, ({ moves }) => moves.map(({ to }) => to));
    const loop = reached(start, (node) => (back.get(node) ?? []).filter((from) => ahead.has(from)));
    for (const node of loop) judged.add(node);
    const moving = [...loop].flatMap(({ moves }) => moves.filter(({ to }) => loop.has(to)).map(({ actor }) => actor));
    const waits = (actor: number) =>
      [...loop].some(({ state }) => (enabledActors(program, state) & (1 << actor)) === 0);
    const isServed = (_: unknown, actor: number) => moving.includes(actor) || waits(actor);
    if (moving.length > 0 && program.actors.every(isServed)) return start.level;
  }
  return undefined;
}

function reached(start: LoopNode, next: (node: LoopNode) => readonly LoopNode[]): Set<LoopNode> {
  const met = new Set([start]);
  for (const node of met) for (const one of next(node)) met.add(one);
  return met;
}
