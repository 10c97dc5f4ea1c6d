/**
 * The work of one rank of a search, level after level (docs/internals/distributed.md). In a round, a rank expands some of
 * its states of the level. Then all ranks exchange the states that belong to others, and compare how far they are. A level
 * ends with the round after which no rank has more to expand.
 */
import type { SearchOptions } from "../contract/search-types.ts";
import type { LevelStorage } from "../disk/level-storage.ts";
import { enterLevel, type Limits, nextLevel } from "../levels/level-leader.ts";
import { bounds, endings } from "../memory/ending.ts";
import { get } from "../memory/shared-memory.ts";
import { checkpointsOfRanks } from "./checkpoints-of-ranks.ts";
import { comparing } from "./comparing.ts";
import { levelOfPart } from "./level-of-part.ts";
import type { Part } from "./part.ts";
import { enterSavedLevels, type SavedParts } from "./saved-parts.ts";

export interface Exploration extends Part {
  /** Identifies the program; empty if no checkpoint is kept. */
  readonly identity: string;
  readonly storage: LevelStorage | undefined;
  /** A checkpoint by another number of ranks, to go on from. */
  readonly saved: SavedParts | undefined;
}

/**
 * Explores from the first level, or goes on from the level at which the store is or that was saved. Gives the depth of the
 * last checkpoint, if any.
 */
export async function explorePart(
  part: Exploration,
  options: SearchOptions,
  seconds: () => number,
): Promise<number | undefined> {
  const { ranks, store, limits, saved, identity, storage, sent } = part;
  const { shared } = store;
  const { maxStates } = limits;
  // A limit on all states is kept by all together; the memory of a rank has its own.
  const own: Limits = { ...limits, maxStates: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY };
  const search = { identity, description: options.description ?? {}, storage };
  const checkpoints = checkpointsOfRanks(part, search, options, seconds);
  const level = levelOfPart(part, own);
  const together = comparing(part, options, seconds);
  if (saved !== undefined) await enterSavedLevels(part, saved, { level, own, compare: together.compare });
  together.begin(1);
  enterLevel(shared, limits);
  let all = await together.compare(false);
  while (all.ending === endings.running) {
    const isDone = level.work((maxStates - all.states) / ranks.size);
    await level.exchange(sent);
    all = await together.compare(isDone, checkpoints.isDue());
    if (!all.isDone || all.ending !== endings.running) continue;
    level.close();
    together.begin(all.next);
    nextLevel(store, own, all.next === 0);
    if (all.checkpointIsDue && all.next > 0) await checkpoints.save();
  }
  if (bounds[get(shared, "ending") - 1] !== undefined) await checkpoints.save();
  return checkpoints.savedDepth();
}
