import type { DiagnosticCode } from "./codes.ts";

/** One thing that is wrong with what the user gave us. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** As the user named it. */
  readonly file?: string;
  /** Counted from 1, as is `column`, which counts UTF-16 units as editors do. Without them the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  /** What was found and what was expected. */
  readonly message: string;
  /** What may help: "did you mean ...?". */
  readonly hint?: string;
  readonly excerpt?: Excerpt;
}

export interface Excerpt {
  /** The source line that `line` names. */
  readonly text: string;
  /** How many characters of it, from `column` on, are meant. */
  readonly length: number;
}
