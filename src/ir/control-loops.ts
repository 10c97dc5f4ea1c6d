/**
 * The loops of each actor's control flow. Whatever a run repeats for ever, each of its actors repeats steps of one such
 * loop. So all other steps can be left out of a search for endless runs.
 */
import { type ControlEdge, change, controlEdges } from "./control-edges.ts";
import { at, wordAt } from "./lookup.ts";
import type { Location, Program } from "./program.ts";
import { componentsOf } from "./strong-components.ts";
import { allStatements } from "./visit.ts";

export interface ControlLoops {
  /** By location: the number of the loop that it is in, from 1 on; 0 if it is in none. A loop inside another belongs to it. */
  readonly loopOf: Int32Array;
  /** By location: 1 if it is the head of a loop. Every cycle of control flow that a run can repeat passes a head. */
  readonly isHead: Uint8Array;
  /**
   * By location: 1 if an actor can be there for ever while the others go on. It goes round in a loop, waits or has finished.
   * From any other location it can always leave, and never returns.
   */
  readonly mayLast: Uint8Array;
}

/**
 * Alternatives that no run takes for ever close no loop. Nor do steps that count: if a step always lowers a number that no
 * other step of the loop raises, a run that takes it never returns to an earlier state.
 */
export function controlLoops(program: Program): ControlLoops {
  const known = loopsOfProgram.get(program) ?? findLoops(program);
  loopsOfProgram.set(program, known);
  return known;
}

const loopsOfProgram = new WeakMap<Program, ControlLoops>();

function findLoops(program: Program): ControlLoops {
  const places = program.locations.length;
  const all = controlEdges(program);
  let edges = all;
  for (;;) {
    const loopOf = loopsOf(places, edges);
    const kept = edges.filter(({ from, to }) => loopOf[from] !== 0 && loopOf[from] === loopOf[to]);
    const repeated = withoutCounting(loopOf, kept);
    if (repeated.length === kept.length) {
      const mayLast = Uint8Array.from(program.locations, (one) => (loopOf[one.id] !== 0 || mayWait(one) ? 1 : 0));
      return { loopOf, isHead: headsOf(program, all, new Set(kept)), mayLast };
    }
    edges = repeated;
  }
}

function mayWait({ body }: Location): boolean {
  return body.length === 0 || [...allStatements(body)].some(({ op }) => op === "await");
}

/** By location, the number of its loop. The edges that leave a location follow each other. */
function loopsOf(places: number, edges: readonly ControlEdge[]): Int32Array {
  const bounds = new Int32Array(2 * places);
  for (const [number, { from }] of edges.entries()) {
    if (bounds[2 * from + 1] === 0) bounds[2 * from] = number;
    bounds[2 * from + 1] = number + 1;
  }
  return componentsOf({ bounds, targets: Int32Array.from(edges, ({ to }) => to) }).ofNode;
}

/** Without the edges on which a number falls that no edge of the loop raises, or the other way round. */
function withoutCounting(loopOf: Int32Array, edges: readonly ControlEdge[]): readonly ControlEdge[] {
  /** By loop: for each slot, how it may change. */
  const inLoop = new Map<number, Map<number, number>>();
  for (const { from, changes } of edges) {
    const loop = wordAt(loopOf, from);
    const slots = inLoop.get(loop) ?? new Map<number, number>();
    for (const [slot, how] of changes) slots.set(slot, (slots.get(slot) ?? 0) | how);
    inLoop.set(loop, slots);
  }
  return edges.filter(({ from, changes }) => {
    const counts = ([slot, how]: readonly [number, number]): boolean => {
      const opposite = how === change.down ? change.up : how === change.up ? change.down : undefined;
      return opposite !== undefined && ((inLoop.get(wordAt(loopOf, from))?.get(slot) ?? 0) & opposite) === 0;
    };
    return ![...changes].some(counts);
  });
}

/** An edge back to a location on the path of a depth-first walk closes a cycle, and every cycle has such an edge. */
function headsOf(
  { actors, locations }: Program,
  edges: readonly ControlEdge[],
  repeated: ReadonlySet<ControlEdge>,
): Uint8Array {
  const leaving: ControlEdge[][] = locations.map(() => []);
  for (const edge of edges) at(leaving, edge.from).push(edge);
  const isHead = new Uint8Array(locations.length);
  const isMet = new Uint8Array(locations.length);
  const isOnPath = new Uint8Array(locations.length);
  const visit = (place: number): void => {
    isMet[place] = isOnPath[place] = 1;
    for (const edge of at(leaving, place)) {
      if (isOnPath[edge.to] === 1 && repeated.has(edge)) isHead[edge.to] = 1;
      if (isMet[edge.to] === 0) visit(edge.to);
    }
    isOnPath[place] = 0;
  };
  for (const { start } of actors) visit(start);
  // A marked alternative may be the only way to a loop.
  for (const place of locations.keys()) if (isMet[place] === 0) visit(place);
  return isHead;
}
