import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { diagnosticAt, keySpanOf, type Notice, type Path, type SourceFile, type Span, spanOf } from "./source-file.ts";

/** A part of a string value, in UTF-16 units of the value. */
export type Part = Span;

/** Reports an error at the value at `path`, at its key, or at a part of its text. */
export type Report = (path: Path, notice: Notice, place?: "key" | Part) => void;

export interface Collector {
  readonly report: Report;
  /** Throws a UserError with all reported errors, in the order of the file. */
  readonly throwIfAny: () => void;
}

export function collectorFor(source: SourceFile): Collector {
  const found = new Map<string, { readonly offset: number; readonly diagnostic: Diagnostic }>();
  const report: Report = (path, notice, place) => {
    const span = spanFor(source, path, place);
    const diagnostic = diagnosticAt(source, span, notice);
    found.set(`${span.offset} ${notice.message}`, { offset: span.offset, diagnostic });
  };
  const throwIfAny = () => {
    if (found.size === 0) return;
    const sorted = [...found.values()].sort((a, b) => a.offset - b.offset);
    throw new UserError(sorted.map(({ diagnostic }) => diagnostic));
  };
  return { report, throwIfAny };
}

function spanFor(source: SourceFile, path: Path, place: "key" | Part | undefined): Span {
  if (place === "key") return keySpanOf(source, path);
  return place === undefined ? spanOf(source, path) : spanOf(source, path, place.offset, place.length);
}
