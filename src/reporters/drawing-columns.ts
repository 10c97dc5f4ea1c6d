/** Rows -> lines of text: a column for each actor, time from top to bottom. */
import type { ChalkInstance } from "chalk";
import { paragraph } from "./paragraph.ts";

export interface Cell {
  readonly actor: string;
  readonly depth: number;
  readonly text: string;
  /** Comments, shown beside the text or below it. */
  readonly notes: readonly string[];
  /** Marks what the drawing is about. */
  readonly mark: string | undefined;
}

/** The width of a plain-text mail. */
export const mailWidth = 72;
/** The width that the widest rows of a column need. Text may extend below the columns to its right. */
const widest = 44;
const leastBetween = 6;
/** A text that begins further left would seem to belong to another column. */
const mostShift = 8;
/** Room for the longest names with their values. */
const leastRoom = 46;

/** Titles, then the rows. If the names are too long for the columns, letters stand for them. */
export function columnLines(
  actors: readonly string[],
  cells: readonly Cell[],
  colors: ChalkInstance,
): readonly string[] {
  const gaps = gapsFor(actors);
  const starts = new Map(actors.map((actor, at) => [actor, gaps.slice(0, at).reduce((sum, gap) => sum + gap, 0)]));
  const startOf = ({ actor }: Cell) => starts.get(actor) ?? 0;
  const indent = indentFor(cells, startOf);
  return [
    ...titles(actors, gaps).map((line) => colors.bold(line)),
    ...cells.flatMap((cell) => cellLines(cell, startOf(cell) + indent * cell.depth, colors)),
  ];
}

/** Two columns for each function around a step; one if the texts, or at least the marks beside them, fit only then. */
function indentFor(cells: readonly Cell[], startOf: (cell: Cell) => number): number {
  const fit = (indent: number, markLength: (cell: Cell) => number) =>
    cells.every((cell) => startOf(cell) + indent * cell.depth + cell.text.length + markLength(cell) <= mailWidth);
  const marks = ({ mark }: Cell) => (mark === undefined ? 0 : arrowTo(mark).length);
  if (fit(2, marks)) return 2;
  if (fit(1, marks)) return 1;
  return fit(2, () => 0) ? 2 : 1;
}

function arrowTo(mark: string): string {
  return `  <-- ${mark}`;
}

/** The distance from the start of each column, except the last one, to the next. */
function gapsFor(actors: readonly string[]): readonly number[] {
  const least = actors.slice(0, -1).map(({ length }) => Math.max(leastBetween, length + 2));
  const free = mailWidth - widest - sumOf(least);
  if (free >= 0) return least.map((gap) => gap + Math.floor(free / least.length));
  return least.map(() => Math.max(leastBetween, Math.floor((mailWidth - widest) / least.length)));
}

function titles(actors: readonly string[], gaps: readonly number[]): readonly string[] {
  const fit = actors.every((actor, at) => actor.length < (gaps[at] ?? mailWidth - sumOf(gaps) + 1));
  const shown = fit ? actors : actors.map((_, at) => String.fromCharCode(65 + at));
  const line = (of: readonly string[]) => of.map((text, at) => text.padEnd(gaps[at] ?? 0)).join("");
  const names = shown.map((letter, at) => `${letter} ${actors[at]}`);
  const legend = names.join(", ").length <= mailWidth ? [names.join(", ")] : names;
  return [
    ...(fit ? [] : legend.flatMap((text) => broken(text, 0, "  "))),
    line(shown),
    line(shown.map(({ length }) => "-".repeat(length))),
  ];
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** The text, and beside it the mark and the notes; if there is no room, below it. */
function cellLines({ text, notes, mark }: Cell, start: number, colors: ChalkInstance): readonly string[] {
  const arrow = mark === undefined ? "" : arrowTo(mark);
  const hasRoom = start + text.length + arrow.length <= mailWidth;
  const own = hasRoom ? [" ".repeat(start) + text + arrow] : broken(text, start, "  ");
  const paint = mark === undefined ? (line: string) => line : (line: string) => colors.red(line);
  const end = (own.at(-1)?.length ?? 0) + 2;
  const beside = commentsIn(notes, mailWidth - end);
  if (hasRoom && beside.length > 0 && beside.every(({ length }) => end + length <= mailWidth)) {
    const lines = beside.map((comment, at) => (at === 0 ? "" : " ".repeat(end)) + colors.dim(comment));
    return [`${own.map(paint).join("")}  ${lines[0]}`, ...lines.slice(1)];
  }
  const below = commentsIn(notes, mailWidth - start - 2).flatMap((comment) => broken(comment, start + 2, "//   "));
  const marks = hasRoom || mark === undefined ? [] : broken(arrow.trim(), start + 2, "    ");
  return [...[...own, ...marks].map(paint), ...below.map((line) => colors.dim(line))];
}

/** Begins a little further left if that saves a line. `next`: before each line except the first. */
function broken(text: string, start: number, next: string): readonly string[] {
  const left = Math.max(0, Math.min(start, mailWidth - text.length));
  const margin = " ".repeat(start - left <= mostShift ? left : Math.min(start, mailWidth - leastRoom));
  return paragraph(text, margin + next, margin, mailWidth);
}

/** One comment with all notes if it is short enough, otherwise one for each. */
function commentsIn(notes: readonly string[], width: number): readonly string[] {
  const joined = `// ${notes.join("; ")}`;
  return notes.length > 0 && joined.length <= width ? [joined] : notes.map((note) => `// ${note}`);
}
