/**
 * The files that a call writes. Before the work begins, a path that cannot be written, or must not be, is a mistake of
 * the command. Afterwards it is only said: the verdict counts more than a file, and comes anyway.
 */
import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { FileKind } from "../../files/file-kind.ts";
import { makeFolder } from "../../files/make-folder.ts";
import { type OpenOutput, type OutputOptions, openOutput } from "../../files/open-output.ts";
import { fileTarget, outputTarget } from "../../files/output-target.ts";
import { replaceFile } from "../../files/replace-file.ts";
import { reasonOf } from "../../files/system-errors.ts";
import type { Host } from "../surroundings/surroundings.ts";

/** A file as a user asked for it. */
export interface Asked {
  /** How messages call it: "--output x.md". */
  readonly name: string;
  readonly file: string;
  readonly kind: FileKind;
}

export interface Outputs {
  /** Throws a UserError. The folder is made. What fails after that is only said. */
  readonly open: (asked: Asked, how?: Pick<OutputOptions, "asItComes" | "removesOld">) => OpenOutput;
  /** Throws a UserError where the path leads to a file that something else of this call reads or writes. */
  readonly claim: (asked: Asked) => void;
  /** Writes a file as a whole. False where that failed, which is said. */
  readonly write: (file: string, kind: FileKind, text: string) => boolean;
  /** Whether anything did. */
  readonly failed: () => boolean;
}

/** `inputs`: what this call reads. */
export function outputsOf(inputs: readonly string[], { stdout, stderr }: Pick<Host, "stdout" | "stderr">): Outputs {
  const taken = new Map<string, string>();
  const streams = { 1: (text: string) => stdout.write(text), 2: (text: string) => stderr.write(text) };
  let failed = false;

  function attempt(file: string, act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      failed = true;
      stderr.write(`error: ${file} could not be written: ${reasonOf(error)}\n`);
      return false;
    }
  }

  function claim({ name, file, kind }: Asked): void {
    makeFolder(dirname(file));
    const target = outputTarget(file, kind);
    if (target.type !== "file") return;
    const other = taken.get(target.path);
    if (other !== undefined) throw usageError(`${name} and ${other} are the same file`);
    taken.set(target.path, name);
    const input = inputs.find((one) => isSame(statOf(one), target.before));
    if (input !== undefined) throw usageError(`${name} would overwrite ${input}, which is read`);
  }

  return {
    open(asked, how) {
      const { file, kind } = asked;
      const output = unlessImpossible(asked, () => {
        claim(asked);
        return openOutput(file, kind, { ...how, streams });
      });
      // Where one part is missing, those after it make no sense.
      let whole = true;
      return {
        write(text) {
          if (whole) whole = attempt(file, () => output.write(text));
        },
        end() {
          if (whole) whole = attempt(file, output.end);
        },
      };
    },
    claim: (asked) => unlessImpossible(asked, () => claim(asked)),
    write: (file, kind, text) => attempt(file, () => replaceFile(fileTarget(file, kind), [Buffer.from(text, "utf8")])),
    failed: () => failed,
  };
}

/** What the system refuses is the user's mistake here. */
export function unlessImpossible<T>({ name }: Pick<Asked, "name">, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw usageError(`${name} cannot be written: ${reasonOf(error)}`, undefined, "cli/unwritable");
  }
}

function statOf(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}

function isSame(one: Stats | undefined, other: Stats | undefined): boolean {
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino;
}
