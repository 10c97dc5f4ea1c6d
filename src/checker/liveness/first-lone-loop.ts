/** The nearest state that is on a loop of one actor, for `ends-alone`. */
import { unpack } from "../../ir/layout.ts";
import { levelOf } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import { get } from "../memory/shared-memory.ts";
import type { LoneLoopThrough } from "./alone.ts";
import type { Explored } from "./explored.ts";
import { nearestState } from "./nearest-state.ts";

/** The actor is at the head of a loop of its control flow. */
export function firstLoneLoop(explored: Explored, loopThrough: LoneLoopThrough): Livelocked | undefined {
  const { goesOn } = explored.thread.functions;
  const goesOnFrom = get(explored.store.shared, "goesOnFrom");
  if (goesOn === undefined || goesOnFrom === 0) return undefined;
  return nearestState(
    explored,
    levelOf(goesOnFrom - 1),
    function* (first, end) {
      for (let next = goesOn(first, end); next < end; next = goesOn(next + 1, end)) yield next;
    },
    (words) => loopThrough(unpack(explored.layout, words)) !== undefined,
  );
}
