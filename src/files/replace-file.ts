/**
 * Writes a whole file or nothing. It writes under another name in the same folder and then renames the file. If the disk
 * is full or the process ends in between, the file's own name still holds the old content.
 */
import { randomBytes } from "node:crypto";
import { closeSync, fchmodSync, fchownSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileTarget } from "./output-target.ts";

export interface Replacement {
  /** The temporary name; by default one that no other process chooses. */
  readonly aside?: string;
  /** Called before the rename. */
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

/** Throws if no file can be written beside this one. */
export function tryToWriteBeside({ path }: FileTarget, aside = newNameBeside(path)): void {
  closeSync(openSync(aside, "wx"));
  rmSync(aside);
}

/** Short, because the file's own name may have the maximal length already. */
function newNameBeside(path: string): string {
  return join(dirname(path), `.exclusive-check-${randomBytes(6).toString("hex")}.part`);
}

/** The new file keeps the owner and the permissions of the old one. */
function keepOwner(descriptor: number, { mode, uid, gid }: { mode: number; uid: number; gid: number }): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only the superuser can change an owner. Without that right, the new file is ours.
  }
  fchmodSync(descriptor, mode & 0o777);
}

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
