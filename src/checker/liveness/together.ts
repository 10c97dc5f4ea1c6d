/** Judges `ends-together`. The page of the checker leaves it out (package.json, `browser`), to stay small. */
import type { State } from "../../ir/evaluate.ts";
import type { Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import type { Move } from "../contract/search-types.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { Explored } from "./explored.ts";
import { fairLoopThrough } from "./fair-loop-through.ts";
import { firstFairLoop } from "./first-fair-loop.ts";

export interface Together {
  /** The nearest state on a fair loop. */
  readonly first: (program: Program, whole: Explored) => Livelocked | undefined;
  /** A fair loop through a state. */
  readonly through: (program: Program, properties: readonly Property[], state: State) => readonly Move[] | undefined;
}

export const together: Together | undefined = {
  first(program, whole) {
    const graph = whole.thread.graph();
    return graph && firstFairLoop(program, whole, graph);
  },
  through: fairLoopThrough,
};
