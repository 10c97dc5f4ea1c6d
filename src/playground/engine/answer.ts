/** The user's errors as answers, each with its place in the text that the user sees. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { renderDiagnostic } from "../../diagnostics/render.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { isLimit, reasonOf } from "../../files/system-errors.ts";
import { grouped } from "../../text/quantities.ts";
import type { Answer, PlacedDiagnostic, Source } from "../protocol.ts";

/**
 * `source`: the text in which the errors have their places. A lack of memory is an answer too. Other errors that are not
 * the user's are thrown.
 */
export async function answer<Value>(source: Source, work: () => Value | Promise<Value>): Promise<Answer<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const found = isLimit(error) ? noMemory(error) : error;
    if (!(found instanceof UserError)) throw error;
    return { ok: false, diagnostics: firstPlacedIn(source, found.diagnostics) };
  }
}

function noMemory(error: unknown): UserError {
  return usageError(reasonOf(error), "--max-states and --depth limit what a search uses", "cli/no-memory");
}

/** More than a reader reads, and few enough to show at once. */
const mostDiagnostics = 100;

function firstPlacedIn(source: Source, diagnostics: readonly Diagnostic[]): readonly PlacedDiagnostic[] {
  const placed = diagnostics.slice(0, mostDiagnostics).map((diagnostic) => placedIn(source, diagnostic));
  const [next] = diagnostics.slice(mostDiagnostics);
  if (next === undefined) return placed;
  const message = `there are ${grouped(diagnostics.length - mostDiagnostics)} more errors`;
  return [...placed, { code: next.code, message, rendered: message, range: undefined }];
}

function placedIn({ file, text }: Source, diagnostic: Diagnostic): PlacedDiagnostic {
  const { line, column, excerpt } = diagnostic;
  const rendered = renderDiagnostic(diagnostic);
  if (diagnostic.file !== file || line === undefined || column === undefined)
    return { ...diagnostic, rendered, range: undefined };
  const from = startOfLine(text, line) + column - 1;
  return { ...diagnostic, rendered, range: { from, to: Math.min(text.length, from + (excerpt?.length ?? 1)) } };
}

/** Lines are counted from 1, as in diagnostics. */
function startOfLine(text: string, line: number): number {
  const ends = text.matchAll(/\r\n|\n|\r/g);
  for (let start = 0, number = 1; ; number++) {
    if (number === line) return start;
    const { value } = ends.next();
    if (value === undefined) return text.length;
    start = value.index + value[0].length;
  }
}
