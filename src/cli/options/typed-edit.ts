import { usageError } from "../../diagnostics/usage-error.ts";
import { parseEdit } from "../../edits/parse-edit.ts";
import type { PlacedEdit } from "../../spec/spec.ts";

/** The edit that a value of `--edit` writes out. Throws a UserError if it is none. */
export function typedEdit(text: string): PlacedEdit {
  const { edit, problem } = parseEdit(text);
  if (edit === undefined) throw usageError(`--edit '${text}': ${problem.message}`, problem.hint);
  return { edit, path: undefined };
}
