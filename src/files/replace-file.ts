/**
 * Writes a file as a whole or not at all: under another name in the same folder, then renamed. Whatever happens
 * meanwhile, a full disk or the end of the process, under the file's own name is what was there or what is new.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fchmodSync, fchownSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileTarget } from "./output-target.ts";

export interface Replacement {
  /** The other name; by default one that no other process chooses. */
  readonly aside?: string;
  /** Before the file takes its name. */
  readonly finish?: (descriptor: number) => void;
}

export function replaceFile(
  { path, before }: FileTarget,
  content: Iterable<Uint8Array>,
  { aside = newNameBeside(path), finish = () => {} }: Replacement = {},
): void {
  const descriptor = openSync(aside, "wx");
  try {
    try {
      if (before !== undefined) keepOwner(descriptor, before);
      for (const bytes of content) writeAll(descriptor, bytes);
      finish(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/** Throws where no file could be written beside this one. */
export function tryToWriteBeside({ path }: FileTarget, aside = newNameBeside(path)): void {
  closeSync(openSync(aside, "wx"));
  rmSync(aside);
}

/** Short, since the file's own name may be as long as names can be. */
function newNameBeside(path: string): string {
  return join(dirname(path), `.exclusive-check-${randomBytes(6).toString("hex")}.part`);
}

/** The new file belongs to the same user and is open to the same ones as the old. */
function keepOwner(descriptor: number, { mode, uid, gid }: { mode: number; uid: number; gid: number }): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only the superuser gives files away; then the new one is ours.
  }
  fchmodSync(descriptor, mode & 0o777);
}

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
