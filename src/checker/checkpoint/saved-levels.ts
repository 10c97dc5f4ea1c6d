/** The states of a checkpoint of several processes, read by a process that has others. */
import { createHash } from "node:crypto";
import { closeSync } from "node:fs";
import { openInput } from "../../files/input-file.ts";
import { at } from "../../ir/lookup.ts";
import { blockSize, segmentBytes } from "../../memory/memory-map.ts";
import { DamagedCheckpoint, damaged } from "../disk/checkpoint-file.ts";
import { readSegment } from "../disk/level-file.ts";
import { levelFileOf } from "../disk/level-file-of.ts";
import type { SavedLevels } from "../disk/level-storage.ts";
import type { Segment, SharedMemory } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import { StoreFull } from "../stores/store-full.ts";
import type { OpenStates } from "./checkpoint.ts";
import { type Head, reportingDamage } from "./checkpoint-head.ts";
import { compareDigest, fileOfLevels, refusingWrongLevels } from "./enter-levels.ts";

export interface SavedSegment {
  /** With the indices that its states had. */
  readonly segment: Segment;
  /** The states, whole; valid until the next segment is read. */
  readonly states: Uint8Array;
}

/**
 * All states of a part, in the order of its segments, and so level by level. Throws a UserError if they are damaged, at
 * the latest when the last segment was read. `store`: one of the same kind.
 */
export function* savedSegments({ file, head, content }: OpenStates, store: Store): Generator<SavedSegment> {
  const segments = segmentsOf(head);
  const { levels, levelFirst } = head;
  const states = store
    .statesOf({
      sizes: segments.map(({ first, end }) => end - first),
      levelFirst,
      body: content.body(),
      finished: levels === undefined ? [] : storedStates(file, levels, store.shared, segments.slice(0, levelFirst)),
    })
    [Symbol.iterator]();
  const next = (): IteratorResult<Uint8Array> =>
    reportingDamage(file, () => {
      try {
        return states.next();
      } catch (error) {
        if (error instanceof StoreFull && !content.isWhole()) throw damaged();
        throw error;
      }
    });
  for (const segment of segments) {
    const { value, done } = next();
    if (done === true) throw new DamagedCheckpoint("the checkpoint has fewer segments than it says");
    yield { segment, states: value };
  }
  next();
}

function segmentsOf({ segments }: Head): readonly Segment[] {
  const words = new Int32Array(Uint8Array.from(segments).buffer);
  return Array.from({ length: segments.length / segmentBytes }, (_, number) => {
    const first = (number * segmentBytes) / 4;
    return { first: at(words, first), end: at(words, first + 1), level: at(words, first + 2) };
  });
}

/** What the file beside a checkpoint has of these segments, which are its first ones. */
function* storedStates(
  checkpoint: string,
  saved: SavedLevels,
  shared: SharedMemory,
  segments: readonly Segment[],
): Generator<Uint8Array> {
  const file = fileOfLevels(checkpoint, saved);
  const { storedBytes } = shared.plan;
  const buffer = new Uint8Array(blockSize * storedBytes);
  const hash = createHash("sha256");
  const source = refusingWrongLevels(file, () => openInput(file));
  try {
    for (const [number, { first, end }] of segments.entries()) {
      const states = buffer.subarray(0, (end - first) * storedBytes);
      refusingWrongLevels(file, () => readSegment(shared, levelFileOf(source), number, states));
      hash.update(states);
      yield states;
    }
    refusingWrongLevels(file, () => compareDigest(hash.digest(), saved));
  } finally {
    closeSync(source);
  }
}
