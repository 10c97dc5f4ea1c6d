/**
 * The checkpoint of several processes: a part for each of them, and a small file that names the parts. Each part is a
 * file with states, as one process alone would write it. The small file is written when all parts are on the disk, so
 * either all of them count or none. Parts have two names in turn. So those of the last checkpoint stay as they are until
 * the small file names the new ones.
 */
import { DamagedCheckpoint, openCheckpointFile, writeCheckpointFile } from "../disk/checkpoint-file.ts";
import type { Limits } from "../levels/level-leader.ts";
import { messagePack } from "../memory/message-pack.ts";
import { type OpenStates, openStates } from "./checkpoint.ts";
import {
  type Head,
  type Identified,
  type PartsHead,
  refused,
  refuseForeign,
  reportingDamage,
  type Turn,
} from "./checkpoint-head.ts";

/** What the names of a process's files begin with. */
export function nameOfRank(checkpoint: string, rank: number): string {
  return `${checkpoint}.rank${rank}`;
}

export function partFile(checkpoint: string, rank: number, turn: Turn): string {
  return `${nameOfRank(checkpoint, rank)}.part${turn}`;
}

/** Throws a UserError if the file is not a checkpoint of this very search by several processes. */
export function openParts(file: string, search: Identified, limits: Limits): PartsHead {
  const head = reportingDamage(file, () => readHead(file));
  if (!("parts" in head))
    throw refused(
      "checkpoint/foreign",
      file,
      "the checkpoint is of a search by one process alone",
      "resume it without --mpi",
    );
  refuseForeign(file, head, search, limits);
  return head;
}

/** Throws a DamagedCheckpoint, or an error of the system. */
export function readHead(file: string): Head | PartsHead {
  const { head, close } = openCheckpointFile(file);
  close();
  return messagePack().unpack(head) as Head | PartsHead;
}

/** Opens the part of one process. The caller must close its content. */
export function openPart(file: string, { parts: { set, turn } }: Pick<PartsHead, "parts">, rank: number): OpenStates {
  const part = partFile(file, rank, turn);
  return openStates(part, (head) => {
    reportingDamage(part, () => {
      if (head.set !== set) throw new DamagedCheckpoint(`this is no part of the checkpoint ${file}`);
    });
  });
}

/** Call this when all parts are on the disk. */
export function writePartsHead(file: string, head: PartsHead): void {
  writeCheckpointFile(file, messagePack().pack(head), []);
}

/** The name that the parts of the existing checkpoint do not have. */
export function nextTurn(before: Head | PartsHead | undefined): Turn {
  return before !== undefined && "parts" in before && before.parts.turn === 1 ? 2 : 1;
}
