/**
 * Checkpoints of a search by several ranks. Each writes its part; when all parts are on the disk, rank 0 writes the file
 * that names them. Until then the checkpoint before stays valid, wherever a rank or a host dies.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { reasonOf } from "../../files/system-errors.ts";
import { required } from "../../ir/lookup.ts";
import { commonHead, saveStates } from "../checkpoint/checkpoint.ts";
import type { Identified } from "../checkpoint/checkpoint-head.ts";
import { nextTurn, partFile, writePartsHead } from "../checkpoint/parts.ts";
import { existingHead, removeEarlier } from "../checkpoint/replace-checkpoint.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import type { LevelStorage } from "../disk/level-storage.ts";
import { get, type SharedMemory, segment } from "../memory/shared-memory.ts";
import { allOf } from "../violations/violation-candidates.ts";
import type { Part } from "./part.ts";
import type { Ranks } from "./ranks.ts";

export interface PartCheckpoints {
  /** Whether it is time for the next one. What rank 0 says counts. */
  readonly isDue: () => boolean;
  /** All ranks call this at the start of a level, or when a limit or a signal has ended the search. */
  readonly save: () => Promise<void>;
  /** The depth of the last checkpoint; undefined before the first. */
  readonly savedDepth: () => number | undefined;
}

export function checkpointsOfRanks(
  part: Part,
  search: Identified & { readonly storage: LevelStorage | undefined },
  { checkpoint }: SearchOptions,
  seconds: () => number,
): PartCheckpoints {
  if (checkpoint === undefined) return { isDue: () => false, save: async () => {}, savedDepth: () => undefined };
  const { ranks, store, candidates } = part;
  const { file, everyMs, onFailure } = checkpoint;
  const { ownerMasks } = required(store.shared.plan.exchange, "the memory's part for exchanges");
  let before = existingHead(file);
  let turn = nextTurn(before);
  let savedDepth: number | undefined;
  let dueAt = performance.now() + everyMs;

  async function save(): Promise<void> {
    const own = partFile(file, ranks.rank, turn);
    const set = await agreedName(ranks);
    const states = (await ranks.gather(bytesOf(String(statesUpTo(store.shared)))))
      .map((bytes) => Number(textOf(bytes)))
      .reduce((sum, one) => sum + one, 0);
    const progress = { candidates: allOf(candidates), seconds: seconds(), storage: search.storage };
    let isWritten = false;
    let failure = await firstFailure(ranks, () => {
      saveStates(own, search, store, progress, set);
      isWritten = true;
      // If a rank dies now, this one may never learn whether rank 0 has written the head.
      search.storage?.mayBeNamed(true);
    });
    const parts = { count: ranks.size, ownerMasks, turn, set };
    const head = { ...commonHead(search, store, seconds()), states, parts };
    if (failure === undefined)
      failure = await firstFailure(ranks, () => {
        if (ranks.rank === 0) writePartsHead(file, head);
      });
    if (failure !== undefined) {
      if (isWritten) rmSync(own, { force: true });
      search.storage?.mayBeNamed(false);
      return onFailure(new Error(failure));
    }
    search.storage?.kept();
    removeEarlier(file, before, ranks);
    before = undefined;
    turn = turn === 1 ? 2 : 1;
    rmSync(partFile(file, ranks.rank, turn), { force: true });
    savedDepth = head.depth;
  }

  return {
    isDue: () => performance.now() >= dueAt,
    savedDepth: () => savedDepth,
    async save() {
      if (get(store.shared, "depth") !== savedDepth) await save();
      dueAt = performance.now() + everyMs;
    },
  };
}

/** Those of the level to expand next, and of all levels before. */
function statesUpTo(shared: SharedMemory): number {
  let states = 0;
  for (let number = 0; number < get(shared, "levelEnd"); number++) {
    const { first, end } = segment(shared, number);
    states += end - first;
  }
  return states;
}

/** A new name, the same for all ranks. */
async function agreedName(ranks: Ranks): Promise<string> {
  const [first] = await ranks.gather(randomBytes(16));
  return Buffer.from(first ?? new Uint8Array()).toString("hex");
}

/** What failed at the first rank at which it did; undefined if it was done everywhere. */
async function firstFailure(ranks: Ranks, act: () => void): Promise<string | undefined> {
  let own = "";
  try {
    act();
  } catch (error) {
    own = reasonOf(error);
  }
  const all = (await ranks.gather(bytesOf(own))).map(textOf);
  const rank = all.findIndex((message) => message !== "");
  return rank < 0 ? undefined : `rank ${rank}: ${all[rank]}`;
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
