/**
 * The loops of each actor's control flow. Whatever a run repeats for ever, each of its actors repeats steps of one such
 * loop. So all other steps can be left out of a search for endless runs.
 */
import { locationId } from "./indices.ts";
import { at } from "./lookup.ts";
import type { Program } from "./program.ts";
import type { Statement } from "./statement.ts";
import { bodiesOf } from "./visit.ts";

export interface ControlLoops {
  /** By location: the number of the loop that it is in, from 1 on; 0 if it is in none. A loop inside another belongs to it. */
  readonly loopOf: Int32Array;
  /** By location: 1 if it is the head of a loop. Every cycle of control flow passes a head. */
  readonly isHead: Uint8Array;
}

/** Alternatives that no run takes for ever close no loop. */
export function controlLoops({ locations, actors }: Program): ControlLoops {
  const loopOf = new Int32Array(locations.length);
  const isHead = new Uint8Array(locations.length);
  const targets = locations.map(({ body }) => targetsOf(body));
  let loops = 0;

  // Tarjan's algorithm. `order` is 0 for locations that were not yet met.
  const order = new Int32Array(locations.length);
  const lowest = new Int32Array(locations.length);
  const isOpen = new Uint8Array(locations.length);
  const isOnPath = new Uint8Array(locations.length);
  const open: number[] = [];
  let met = 0;
  const visit = (place: number): void => {
    met++;
    order[place] = lowest[place] = met;
    open.push(place);
    isOpen[place] = isOnPath[place] = 1;
    for (const next of at(targets, place)) {
      // An edge back to a location on the path closes a cycle, and every cycle has such an edge.
      if (isOnPath[next] === 1) isHead[next] = 1;
      if (order[next] === 0) visit(next);
      if (isOpen[next] === 1) lowest[place] = Math.min(lowest[place] ?? 0, lowest[next] ?? 0);
    }
    isOnPath[place] = 0;
    if (lowest[place] !== order[place]) return;
    const component = open.splice(open.lastIndexOf(place));
    const isLoop = component.length > 1 || at(targets, place).includes(place);
    if (isLoop) loops++;
    for (const member of component) {
      isOpen[member] = 0;
      if (isLoop) loopOf[member] = loops;
    }
  };
  for (const { start } of actors) visit(start);
  // A marked alternative may be the only way to a loop.
  for (const place of locations.keys()) if (order[place] === 0) visit(place);
  return { loopOf, isHead };
}

/** Where a step can lead, without the alternatives that no run takes for ever. */
function targetsOf(statements: readonly Statement[], into: Set<number> = new Set()): readonly number[] {
  for (const statement of statements) {
    if (statement.op === "goto") into.add(locationId(statement.location));
    if (statement.op === "choose") {
      for (const { body, finitelyOften } of statement.alternatives) if (finitelyOften !== true) targetsOf(body, into);
    } else for (const body of bodiesOf(statement)) targetsOf(body, into);
  }
  return [...into];
}
