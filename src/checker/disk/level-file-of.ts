import { readSync, writeSync } from "node:fs";
import type { Descriptor, LevelFile } from "./level-file.ts";

/** The file that this process, or another of its threads, has open under that number. */
export function levelFileOf(descriptor: Descriptor): LevelFile {
  return {
    descriptor,
    write: (bytes, from, place) => writeSync(descriptor, bytes, from, bytes.length - from, place),
    read: (bytes, from, place) => readSync(descriptor, bytes, from, bytes.length - from, place),
  };
}
