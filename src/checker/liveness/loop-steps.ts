/** Which stored moves a loop can take. */
import { controlLoops } from "../../ir/control-loops.ts";
import { executeStep } from "../../ir/interpreter.ts";
import { maskOf, unpack } from "../../ir/layout.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { firstSlot, type Program } from "../../ir/program.ts";
import type { Statement } from "../../ir/statement.ts";
import { allStatements } from "../../ir/visit.ts";
import { choiceShift } from "../../memory/memory-map.ts";
import { packedMove, unpackMove } from "../contract/packed-move.ts";
import type { StoredMove } from "../livelock/stored-graph.ts";
import type { Explored } from "./explored.ts";

export interface LoopSteps {
  readonly actorOf: (move: Pick<StoredMove, "move">) => number;
  /** Whether the move stays in a loop of control flow, and is no bad luck. Its state must be in memory. */
  readonly staysInLoop: (move: Pick<StoredMove, "index" | "move" | "successor">) => boolean;
}

export function loopStepsOf(program: Program, { store, layout }: Pick<Explored, "store" | "layout">): LoopSteps {
  const { loopOf } = controlLoops(program);
  const words = new Uint32Array(store.shared.memory.buffer);
  const arrivesAt = program.actors.map((actor) => {
    const { word, shift, bits } = at(layout.fields, firstSlot(program, actor.pc));
    const mask = maskOf(bits);
    return (address: number) => actor.first + ((wordIn(words, (address >>> 2) + word) >>> shift) & mask);
  });
  const hasLuck = program.locations.map(({ body }) => [...allStatements(body)].some(isMarked));
  const isLuck = ({ index, move }: Pick<StoredMove, "index" | "move">): boolean => {
    const { location, choice } = unpackMove(packedMove(move));
    return executeStep(program, unpack(layout, store.wordsOf(index)), location, choice)?.finitelyOften === true;
  };
  const actorOf = ({ move }: Pick<StoredMove, "move">): number => at(program.locations, placeOf(move)).actor;
  return {
    actorOf,
    staysInLoop(found) {
      const place = placeOf(found.move);
      const loop = wordAt(loopOf, place);
      if (loop === 0 || wordAt(loopOf, at(arrivesAt, actorOf(found))(found.successor)) !== loop) return false;
      return !(at(hasLuck, place) && isLuck(found));
    },
  };
}

function placeOf(move: number): number {
  return move & (2 ** choiceShift - 1);
}

function wordIn(words: Uint32Array, position: number): number {
  const word = words[position];
  if (word === undefined) throw new RangeError(`there is no word ${position}`);
  return word;
}

function isMarked(statement: Statement): boolean {
  return statement.op === "choose" && statement.alternatives.some(({ finitelyOften }) => finitelyOften === true);
}
