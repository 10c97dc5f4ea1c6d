/** What the head of a checkpoint says, and whether the checkpoint belongs to a search. */
import { UserError } from "../../diagnostics/user-error.ts";
import { UnusableFile } from "../../files/input-file.ts";
import { systemReason } from "../../files/system-errors.ts";
import type { Partition } from "../../memory/room.ts";
import type { SearchDescription } from "../contract/search-types.ts";
import { DamagedCheckpoint } from "../disk/checkpoint-file.ts";
import type { SavedLevels } from "../disk/level-storage.ts";
import type { Limits } from "../levels/level-leader.ts";
import { StoreFull } from "../stores/store-full.ts";

export interface Identified {
  readonly description: SearchDescription;
  /** The digest of the program and its properties (search-identity.ts). */
  readonly identity: string;
}

/** Of a whole search at the start of a level. Numbers of 64 bits are written as text. */
export interface CommonHead extends Identified {
  /** Time spent so far by all runs of this search. */
  readonly seconds: number;
  /** Of the level to expand next. */
  readonly depth: number;
  readonly found: string;
  readonly newViolations: string;
  /** How the store divides states in parts, if it does. */
  readonly partition?: Partition;
}

/** The head of a file with states: all of them, or those of one of several processes. */
export interface Head extends CommonHead {
  /** The level to expand next begins with this segment, and ends with the last one. */
  readonly levelFirst: number;
  readonly segments: Uint8Array;
  /** As the control word. What a part of an unfinished level noted does no harm. */
  readonly goesOnFrom: number;
  readonly tested: Uint8Array;
  readonly transitionsOf: readonly number[];
  readonly candidates: Uint8Array;
  /** The file beside this one that has the states of finished levels, if the store does not keep them. */
  readonly levels?: SavedLevels;
  /** If it has the states of one process: identifies the checkpoint to which it belongs. */
  readonly set?: string;
}

/** The head of a file that names the files of several processes (parts.ts). */
export interface PartsHead extends CommonHead {
  /** Of all processes together. */
  readonly states: number;
  readonly parts: Parts;
}

/** The files of several processes that belong together. */
export interface Parts {
  /** How many there are: one for each process. */
  readonly count: number;
  /** The bits of a state that select the process to which it belongs. */
  readonly ownerMasks: readonly number[];
  /** Which of their two names is in use. */
  readonly turn: Turn;
  /** Stands in each of the files too. */
  readonly set: string;
}

export type Turn = 1 | 2;

/** Throws a UserError if the checkpoint is not of this very search. */
export function refuseForeign(file: string, head: CommonHead, search: Identified, limits: Limits): void {
  const reason = foreign(head, search) ?? beyond(head, limits);
  if (reason !== undefined) throw refused("checkpoint/foreign", file, reason);
}

/** What makes a checkpoint one of another search. */
function foreign({ description, identity }: Identified, search: Identified): string | undefined {
  // A name that only one of the two describes is a difference too: an option may be new or removed.
  for (const what of new Set([...Object.keys(search.description), ...Object.keys(description)])) {
    const [then, now] = [description[what], search.description[what]];
    if (then !== now)
      return `the checkpoint is of another search: its ${what} is ${shown(then)}, and not ${shown(now)}`;
  }
  return identity === search.identity
    ? undefined
    : "the checkpoint is of another search: the scenario's program or its properties have changed";
}

function shown(value: string | undefined): string {
  return value === undefined || value === "" ? "none" : value;
}

/** Refuses a checkpoint that an uninterrupted search with these limits would never have reached. */
function beyond({ depth, found }: CommonHead, limits: Limits): string | undefined {
  if (depth > limits.maxDepth)
    return `the checkpoint is ${depth} steps deep already, and the search is to end at ${limits.maxDepth}`;
  if (limits.stopAtFirstViolation && found !== "0")
    return "the checkpoint is of a search for all violations, and goes on after the first one";
  return undefined;
}

/** Makes a UserError of what a bad checkpoint causes. */
export function reportingDamage<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreFull) throw tooLarge(file);
    if (error instanceof DamagedCheckpoint) throw refused("checkpoint/damaged", file, error.message);
    const reason = error instanceof UnusableFile ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    throw refused("checkpoint/unreadable", file, `cannot be read: ${reason}`);
  }
}

export function tooLarge(file: string): UserError {
  const message = "the states of the checkpoint do not fit into the memory that may be used";
  return refused("checkpoint/too-large", file, message, "give more with --memory");
}

export function refused(
  code: UserError["diagnostics"][number]["code"],
  file: string,
  message: string,
  hint?: string,
): UserError {
  return new UserError([hint === undefined ? { code, file, message } : { code, file, message, hint }]);
}
