/**
 * The files that a call writes. Before the work begins, a path that cannot or must not be written is a usage error.
 * Later it is only a message: the verdict matters more than a file and is printed anyway.
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

/** A file that the user asked for. */
export interface Asked {
  /** How messages call it: "--output x.md". */
  readonly name: string;
  readonly file: string;
  readonly kind: FileKind;
}

export interface Outputs {
  /** Creates the folder if needed. Throws a UserError; later failures are only messages. */
  readonly open: (asked: Asked, how?: Pick<OutputOptions, "asItComes" | "removesOld">) => OpenOutput;
  /** Throws a UserError if this call already reads or writes the file at this path. */
  readonly claim: (asked: Asked) => void;
  /** Writes a whole file. If that fails, prints a message and returns false. */
  readonly write: (file: string, kind: FileKind, text: string) => boolean;
  /** Whether any write failed. */
  readonly failed: () => boolean;
}

/** For a process that leaves the writing to another. */
export const noOutputs: Outputs = {
  open: () => ({ write() {}, end() {} }),
  claim() {},
  write: () => true,
  failed: () => false,
};

/** `inputs`: the files that this call reads. */
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
    if (input !== undefined) throw usageError(`${name} would overwrite ${input}, which this command reads`);
  }

  return {
    open(asked, how) {
      const { file, kind } = asked;
      const output = unlessImpossible(asked, () => {
        claim(asked);
        return openOutput(file, kind, { ...how, streams });
      });
      // If one part is missing, later parts make no sense.
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

/** Turns an error of the system into a usage error. */
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
