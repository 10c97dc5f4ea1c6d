/**
 * Goes on from a checkpoint by another number of ranks. All states get new owners. So the levels are entered again, one
 * after the other, as if they were found by expanding: some ranks read the parts, and each state goes to the rank to
 * which it now belongs.
 */
import { addCounters, type OpenStates, putFound } from "../checkpoint/checkpoint.ts";
import { type PartsHead, tooLarge } from "../checkpoint/checkpoint-head.ts";
import { openPart } from "../checkpoint/parts.ts";
import { type SavedSegment, savedSegments } from "../checkpoint/saved-levels.ts";
import { type Level, levelOf } from "../contract/indices.ts";
import { type Limits, nextLevel } from "../levels/level-leader.ts";
import { endingAt, endings } from "../memory/ending.ts";
import { get, put } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import { unpackCandidates } from "../violations/candidates-message.ts";
import type { Comparing } from "./comparing.ts";
import type { LevelOfPart } from "./level-of-part.ts";
import { type MovedParents, movedParents } from "./moved-parents.ts";
import { numbersOfRanks } from "./numbers-of-ranks.ts";
import type { Part } from "./part.ts";
import { numbered } from "./state-numbers.ts";

export interface SavedParts {
  readonly file: string;
  readonly head: PartsHead;
}

interface Entering extends Pick<Comparing, "compare"> {
  readonly level: LevelOfPart;
  /** Of this rank alone. */
  readonly own: Limits;
}

/** A part that this rank reads. */
interface Reading {
  /** The number of the rank that wrote it. */
  readonly rank: number;
  readonly states: OpenStates;
  /** The segment to be entered next; undefined after the last. */
  now: SavedSegment | undefined;
  readonly segments: Iterator<SavedSegment>;
}

/**
 * Called when only the initial state is stored. Afterwards the saved level can be expanded. Throws a UserError if a part
 * is damaged, or if there is no room for all states.
 */
export async function enterSavedLevels(
  part: Part,
  { file, head }: SavedParts,
  { level, own, compare }: Entering,
): Promise<void> {
  const { ranks, store, candidates } = part;
  const { shared } = store;
  const readings: Reading[] = [];
  try {
    for (let rank = ranks.rank; rank < head.parts.count; rank += ranks.size)
      readings.push(readingOf(rank, openPart(file, head, rank), store));
    for (const { states } of readings) addCounters(shared, states.head);
    const found = readings.flatMap(({ rank, states }) =>
      unpackCandidates(states.head.candidates).map((one) => numbered(one, { rank, size: head.parts.count })),
    );
    const parents = await movedParents(part, head.parts.count, found);
    // The initial state is stored already.
    while (readSegment(readings, levelOf(0), parents));
    await parents.endLevel(levelOf(0));
    while (get(shared, "depth") < head.depth) {
      const depth = levelOf(get(shared, "depth") + 1);
      for (let number = get(shared, "levelFirst"); number < get(shared, "levelEnd"); number++)
        store.takeSegment(number);
      for (let allDone = false; !allDone; ) {
        let isDone = false;
        while (!isDone && get(shared, "pause") === 0 && get(shared, "ending") === endings.running)
          isDone = !readSegment(readings, depth, parents, level);
        await level.exchange();
        const all = await compare(isDone);
        if (all.ending === endingAt("memory")) throw tooLarge(file);
        if (all.ending !== endings.running) return;
        allDone = all.isDone;
      }
      level.close();
      await parents.endLevel(depth);
      nextLevel(store, own, false);
    }
    parents.keepIn(candidates);
    putFound(shared, head);
    const before = await numbersOfRanks(
      ranks,
      readings.map(({ states }) => states.head.goesOnFrom),
    );
    // Of the first level at which any process has found such a state.
    const noted = before.flat().filter((word) => word !== 0);
    put(shared, "goesOnFrom", noted.length === 0 ? 0 : Math.min(...noted));
  } finally {
    for (const { states } of readings) states.content.close();
  }
}

/** Reads a segment of that level, if one is left. */
function readSegment(
  readings: readonly Reading[],
  depth: Level,
  parents: MovedParents,
  level?: Pick<LevelOfPart, "take">,
): boolean {
  const reading = readings.find(({ now }) => now?.segment.level === depth);
  if (reading?.now === undefined) return false;
  const { segment, states } = reading.now;
  parents.read(reading.rank, segment, states);
  level?.take(states);
  reading.now = nextOf(reading.segments);
  return true;
}

function readingOf(rank: number, states: OpenStates, store: Store): Reading {
  const segments = savedSegments(states, store);
  return { rank, states, segments, now: nextOf(segments) };
}

function nextOf(segments: Iterator<SavedSegment>): SavedSegment | undefined {
  const { done, value } = segments.next();
  return done === true ? undefined : value;
}
