/** Rows -> lines of text: a column for each actor, time from top to bottom. */
import type { ChalkInstance } from "chalk";
import { entryOf, lastOf } from "../../ir/lookup.ts";
import { mailWidth, paragraph } from "../../text/paragraph.ts";

export interface Cell {
  readonly actor: string;
  readonly depth: number;
  readonly text: string;
  /** Comments, shown beside the text or below it. */
  readonly notes: readonly string[];
  /** Marks what the drawing is about. */
  readonly mark: string | undefined;
}

/** The width that the widest rows of a column need. Text may extend below the columns to its right. */
const widest = 46;
const leastBetween = 6;
/** In a narrower space no sentence would be read. */
const leastRoom = 34;

/** Titles, then the rows. If the names are too long for the columns, letters stand for them. */
export function columnLines(
  actors: readonly string[],
  cells: readonly Cell[],
  colors: ChalkInstance,
): readonly string[] {
  const gaps = gapsFor(actors);
  const starts = new Map(actors.map((actor, at) => [actor, gaps.slice(0, at).reduce((sum, gap) => sum + gap, 0)]));
  const startOf = ({ actor }: Cell) => entryOf(starts, actor, `the column of ${actor}`);
  const indent = indentFor(cells, startOf);
  return [
    ...titles(actors, gaps).map((line) => colors.bold(line)),
    ...cells.flatMap((cell) =>
      cellLines(cell, { column: startOf(cell), own: startOf(cell) + indent * cell.depth }, colors),
    ),
  ];
}

/** Two columns for each function around a step; one if the texts, or at least the marks beside them, fit only then. */
function indentFor(cells: readonly Cell[], startOf: (cell: Cell) => number): number {
  const fit = (indent: number, markLength: (cell: Cell) => number) =>
    cells.every((cell) => startOf(cell) + indent * cell.depth + cell.text.length + markLength(cell) <= mailWidth);
  const marks = ({ mark, notes }: Cell) => (mark === undefined || notes.length > 0 ? 0 : arrowTo(mark).length);
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
    ...(fit ? [] : legend.flatMap((text) => broken([text], { column: 0, own: 0 }, "  "))),
    line(shown),
    line(shown.map(({ length }) => "-".repeat(length))),
  ];
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** Where a cell begins. Nothing of it may stand left of its column, because it would seem to be of another actor. */
interface Start {
  readonly column: number;
  readonly own: number;
}

/** The text, and beside it the notes; if there is no room, below it. The mark ends the last line, or follows it. */
function cellLines({ text, notes, mark }: Cell, start: Start, colors: ChalkInstance): readonly string[] {
  const own = broken([text], start, "  ");
  const end = lastOf(own).length + 2;
  const arrow = mark === undefined ? "" : arrowTo(mark);
  const beside = commentsIn(notes, mailWidth - end - arrow.length);
  const isBeside = beside.every(({ length }) => end + length + arrow.length <= mailWidth);
  const inside = { ...start, own: start.own + 2 };
  const below = isBeside ? [] : broken(commentsIn(notes, mailWidth - inside.own), inside, "//   ");
  const [first = "", ...more] = isBeside ? beside : [];
  const lines: [code: string, comment: string][] = [
    ...own.map((code, at): [string, string] => [code, at === own.length - 1 && first !== "" ? `  ${first}` : ""]),
    ...more.map((comment): [string, string] => ["", " ".repeat(end) + comment]),
    ...below.map((comment): [string, string] => ["", comment]),
  ];
  const room = mailWidth - lastOf(lines).join("").length;
  const [firstMark = "", ...moreMarks] =
    arrow.length <= room
      ? [arrow]
      : ["", ...broken([arrow.trim()], { ...inside, own: below.at(-1)?.search(/\S/) ?? inside.own }, "    ")];
  const paint = mark === undefined ? (line: string) => line : (line: string) => colors.red(line);
  return [
    ...lines.map(([code, comment], at) => {
      const isLast = at === lines.length - 1;
      return [paint(code), colors.dim(comment), ...(isLast ? [paint(firstMark)] : [])].join("");
    }),
    ...moreMarks.map(paint),
  ];
}

/** Begins further left, within the column, if that saves a line. `next`: before each line of a text except the first. */
function broken(texts: readonly string[], { column, own }: Start, next: string): readonly string[] {
  const longest = Math.max(0, ...texts.map(({ length }) => length));
  const longestWord = Math.max(0, ...texts.flatMap((text) => text.split(" ").map(({ length }) => length)));
  const whole = mailWidth - longest;
  const wanted = whole >= column ? Math.min(own, whole) : Math.max(column, Math.min(own, mailWidth - leastRoom));
  const margin = " ".repeat(Math.max(0, Math.min(wanted, mailWidth - next.length - longestWord)));
  return texts.flatMap((text) => paragraph(text, margin + next, margin, mailWidth));
}

/** One comment with all notes if it is short enough, otherwise one for each. */
function commentsIn(notes: readonly string[], width: number): readonly string[] {
  const joined = `// ${notes.join("; ")}`;
  return notes.length > 0 && joined.length <= width ? [joined] : notes.map((note) => `// ${note}`);
}
