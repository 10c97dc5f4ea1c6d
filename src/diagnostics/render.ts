/** The one place that turns diagnostics into text. */
import type { Diagnostic, Excerpt } from "./diagnostic.ts";

/** Lines longer than this are shown in part, around the place that is meant. */
const maxWidth = 120;

export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(renderDiagnostic).join("\n");
}

export function renderDiagnostic({ file, line, column, message, hint, excerpt }: Diagnostic): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const lines = [`${place === "" ? "" : `${place}: `}error: ${message}`];
  if (excerpt !== undefined && line !== undefined && column !== undefined) {
    const gutter = String(line);
    const { text, marks } = pointAt(excerpt, column);
    lines.push(`  ${gutter} | ${text}`, `  ${" ".repeat(gutter.length)} | ${marks}`);
  }
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join("\n");
}

function pointAt({ text, length }: Excerpt, column: number): { text: string; marks: string } {
  const start = column - 1 > maxWidth / 2 && text.length > maxWidth ? column - 1 - Math.floor(maxWidth / 2) : 0;
  const cut = start > 0 ? "..." : "";
  const shown = text.slice(start, start + maxWidth);
  const more = start + maxWidth < text.length ? "..." : "";
  // Tabs stay tabs, so that the marks stand below what they mean whatever a tab's width is.
  const indent = text.slice(start, column - 1).replace(/[^\t]/g, " ");
  const room = Math.max(1, shown.length - indent.length);
  const marks = `${" ".repeat(cut.length)}${indent}${"^".repeat(Math.min(Math.max(1, length), room))}`;
  return { text: `${cut}${shown}${more}`, marks };
}
