import type { DiagnosticCode } from "./codes.ts";

/** One error in the user's input. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** As the user named it. */
  readonly file?: string;
  /** Counted from 1. `column` counts UTF-16 units, as editors do. Without both, the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  /** What was found and what was expected. */
  readonly message: string;
  /** A suggestion: "did you mean ...?". */
  readonly hint?: string;
  readonly excerpt?: Excerpt;
}

export interface Excerpt {
  /** The source line that `line` names. */
  readonly text: string;
  /** How many characters to mark, from `column` on. */
  readonly length: number;
}
