/** The changes of the options, with what `--edit` names: an edit, or a file of edits. */
import { existsSync } from "node:fs";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { isVerb, looksLikeEdit, parseEdit } from "../../edits/parse-edit.ts";
import { readInput } from "../../files/input-file.ts";
import { reasonOf } from "../../files/system-errors.ts";
import { diagnosticAt } from "../../spec/source-file.ts";
import type { FeatureChanges, PlacedEdit } from "../../spec/spec.ts";
import type { ChangeOptions } from "./change-options.ts";
import { typedEdit } from "./typed-edit.ts";

const mostBytes = 2 ** 20;

/** Throws a UserError for an edit that cannot be read. */
export function askedFeatures({ with: on = [], without: off = [], edit = [] }: ChangeOptions): FeatureChanges {
  return { with: on, without: off, edits: edit.flatMap(editsNamed) };
}

/** In a file each line is an edit, except blank lines and lines that begin with #. Throws a UserError. */
export function editsNamed(text: string): readonly PlacedEdit[] {
  // A file of that name wins, whatever words are in it.
  const isFile = existsSync(text) || !(text === "" || /\s/.test(text) || isVerb(text));
  if (!looksLikeEdit(text) && isFile) return editsOf(contentOf(text), text);
  return [typedEdit(text)];
}

function contentOf(file: string): string {
  try {
    return readInput(file, mostBytes).toString("utf8");
  } catch (error) {
    throw usageError(`--edit ${file}: there is no such edit, and the file cannot be read: ${reasonOf(error)}`);
  }
}

function editsOf(text: string, file: string): readonly PlacedEdit[] {
  const found: PlacedEdit[] = [];
  const errors: UserError[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    if (line.trim() !== "" && !line.trimStart().startsWith("#")) {
      const { edit, problem } = parseEdit(line);
      if (edit !== undefined) found.push({ edit, path: undefined });
      else {
        const { message, hint, length } = problem;
        const span = { offset: start + problem.offset, length };
        errors.push(new UserError([diagnosticAt({ file, text }, span, { code: "spec/bad-edit", message, hint })]));
      }
    }
    start += line.length + 1;
  }
  if (errors.length > 0) throw new UserError(errors.flatMap(({ diagnostics }) => diagnostics));
  return found;
}
