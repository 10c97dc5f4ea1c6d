/**
 * A counterexample as kernel commit messages draw a race: the actors side by side, each with its call tree. It shows the
 * steps that the violation needs, and of their effects those that other steps or the violation depend on.
 */
import type { ChalkInstance } from "chalk";
import { flagLetters } from "../trace/change-text.ts";
import type { Trace } from "../trace/format.ts";
import { type Cell, columnLines, mailWidth } from "./drawing-columns.ts";
import { type Entry, earlier, entriesOf, folded, weightOf } from "./drawing-entries.ts";
import { type Calls, type Place, rowsOf } from "./drawing-rows.ts";
import { paragraph } from "./paragraph.ts";

/** How much is drawn. */
interface Detail {
  readonly calls: Calls;
  /** The most notes of one entry. One is often not enough: zapping clears an entry and drops a reference. */
  readonly notes: number;
  /** Whether an entry without notes that concern others has a note at all. */
  readonly own: boolean;
}

/** At most `mostLines` lines, if the titles, the causes of the violation and the last entry fit into them. */
export function drawingOf(trace: Trace, mostLines: number, colors: ChalkInstance): readonly string[] {
  let lines: readonly string[] = [];
  for (const { path, entries, detail } of tries(trace)) {
    lines = linesOf(path, entries, detail, colors);
    if (lines.length <= mostLines) break;
  }
  return lines;
}

/** Each leaves out more. */
function* tries(trace: Trace): Iterable<{ path: readonly Place[]; entries: readonly Entry[]; detail: Detail }> {
  const { path, entries } = entriesOf(trace);
  yield { path, entries, detail: { calls: "all", notes: 2, own: true } };
  yield { path, entries, detail: { calls: "needed", notes: 2, own: true } };
  yield { path, entries, detail: { calls: "needed", notes: 2, own: false } };
  const isOwn = (entry: Entry) => weightOf(entry) === 1;
  yield { path, entries: folded(entries, isOwn), detail: { calls: "needed", notes: 2, own: false } };
  const detail: Detail = { calls: "needed", notes: 1, own: false };
  for (const from of entries.keys()) {
    const isMinor = (entry: Entry, at: number) => isOwn(entry) || (at < from && weightOf(entry) === 2);
    yield { path, entries: folded(entries, isMinor), detail };
  }
  const least = folded(entries, (entry) => weightOf(entry) < 3);
  for (let from = 1; from < least.length; from++) {
    const [first, ...more] = least.slice(0, from);
    if (first !== undefined) yield { path, entries: [earlier([first, ...more]), ...least.slice(from)], detail };
  }
}

function linesOf(
  path: readonly Place[],
  entries: readonly Entry[],
  detail: Detail,
  colors: ChalkInstance,
): readonly string[] {
  const cells = rowsOf(path, entries, detail.calls).map(({ actor, depth, what }): Cell => {
    if (typeof what === "string") return { actor, depth, text: what, notes: [], mark: undefined };
    return { actor, depth, text: what.text, notes: notesIn(what, detail), mark: what.mark };
  });
  if (cells.length === 0) return [];
  const actors = [...new Set(cells.map(({ actor }) => actor))];
  return [...columnLines(actors, cells, colors), ...legend(cells).map((line) => colors.dim(line))];
}

function notesIn({ notes, mark }: Entry, { notes: most, own }: Detail): readonly string[] {
  const telling = notes.filter(({ weight }) => weight > 1 || mark !== undefined);
  const told = telling.length > 0 ? telling.slice(0, most) : notes.slice(0, own ? 1 : 0);
  return told.map(({ text }) => text);
}

/** Explains the letters in the notes. */
function legend(cells: readonly Cell[]): readonly string[] {
  const words = new Set(cells.flatMap(({ notes }) => notes).flatMap((note) => note.split(" ")));
  const used = Object.values(flagLetters).filter(({ letter }) => words.has(letter));
  const meanings = used.map(({ letter, meaning }) => `${letter} ${meaning}`).join("; ");
  return used.length === 0 ? [] : paragraph(`(${meanings})`, "", "", mailWidth);
}
