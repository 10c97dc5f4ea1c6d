/**
 * A counterexample as kernel commit messages draw a race: the actors side by side, each with its call tree. It shows the
 * steps that the violation needs, and of their effects those that other steps or the violation depend on.
 */
import type { ChalkInstance } from "chalk";
import { mailWidth, paragraph } from "../../text/paragraph.ts";
import { flagLetters } from "../../trace/change-text.ts";
import type { Trace } from "../../trace/format.ts";
import { type Cell, columnLines } from "./columns.ts";
import { type Entry, entriesOf, weightOf } from "./entries.ts";
import { earlier, folded, unlessSeen } from "./folding.ts";
import type { Note } from "./notes.ts";
import { type Calls, type Place, rowsOf } from "./rows.ts";
import { startLines } from "./start.ts";

/** How much is drawn. */
interface Detail {
  readonly calls: Calls;
  /** The most notes of one entry. One is often not enough: zapping clears an entry and drops a reference. */
  readonly notes: number;
  /** Whether an entry without notes that concern others has a note at all. */
  readonly own: boolean;
}

interface Drawn {
  readonly path: readonly Place[];
  readonly entries: readonly Entry[];
  readonly detail: Detail;
}

export interface DrawingOptions {
  /** Kept if the titles, the causes of the violation and the last entry fit into so many lines. */
  readonly mostLines: number;
  /** The text that follows. The drawing's legend explains its letters too. */
  readonly ending: string;
  readonly colors: ChalkInstance;
}

export function drawingOf(trace: Trace, options: DrawingOptions): readonly string[] {
  let lines: readonly string[] = [];
  for (const drawn of tries(trace)) {
    lines = linesOf(trace, drawn, options);
    if (lines.length <= options.mostLines) break;
  }
  return lines;
}

/** Each leaves out more. */
function* tries(trace: Trace): Iterable<Drawn> {
  const { path, entries } = entriesOf(trace);
  yield { path, entries, detail: { calls: "all", notes: 2, own: true } };
  yield { path, entries, detail: { calls: "needed", notes: 2, own: true } };
  yield { path, entries, detail: { calls: "needed", notes: 2, own: false } };
  const isOwn = (entry: Entry) => weightOf(entry) === 1;
  yield { path, entries: folded(entries, isOwn), detail: { calls: "needed", notes: 2, own: false } };
  const detail: Detail = { calls: "needed", notes: 1, own: false };
  for (const [from, before] of [undefined, ...entries].entries()) {
    if (before !== undefined && weightOf(before) !== 2) continue;
    const isMinor = (entry: Entry, at: number) => isOwn(entry) || (at < from && weightOf(entry) === 2);
    for (const least of [2, 1])
      for (const notes of [2, 1])
        yield { path, entries: folded(entries, unlessSeen(entries, isMinor), least), detail: { ...detail, notes } };
  }
  const isMinor = (entry: Entry) => weightOf(entry) < 3;
  yield { path, entries: folded(entries, unlessSeen(entries, isMinor), 1), detail };
  const least = folded(entries, isMinor, 1);
  yield { path, entries: least, detail };
  for (let from = 1; from < least.length; from++) {
    const [first, ...more] = least.slice(0, from);
    if (first !== undefined) yield { path, entries: [earlier([first, ...more]), ...least.slice(from)], detail };
  }
}

function linesOf(
  trace: Trace,
  { path, entries, detail }: Drawn,
  { colors, ending }: DrawingOptions,
): readonly string[] {
  const cells = rowsOf(path, entries, detail.calls).map(({ actor, depth, what }): Cell => {
    if (typeof what === "string") return { actor, depth, text: what, notes: [], mark: undefined };
    return { actor, depth, text: what.text, notes: notesIn(what, detail).map(({ text }) => text), mark: what.mark };
  });
  if (cells.length === 0) return [];
  const actors = [...new Set(cells.map(({ actor }) => actor))];
  const told = entries.flatMap((entry) => notesIn(entry, detail));
  const start = startLines(trace, told);
  return [
    ...(start.length === 0 ? [] : [...start, ""]),
    ...columnLines(actors, cells, colors),
    ...legend([...start, ...cells.flatMap(({ notes }) => notes), ending], actors).map((line) => colors.dim(line)),
  ];
}

/** The weightiest, in their own order. */
function notesIn({ notes, mark }: Entry, { notes: most, own }: Detail): readonly Note[] {
  const telling = notes.filter(({ weight }) => weight > 1 || mark !== undefined);
  if (telling.length === 0) return notes.slice(0, own ? 1 : 0);
  const weightiest = telling.toSorted((one, other) => other.weight - one.weight);
  const direct = weightiest.filter(({ weight }) => weight === 3);
  const told = direct.length === 0 ? weightiest.slice(0, most) : weightiest.slice(0, direct.length + most - 1);
  return notes.filter((note) => told.includes(note));
}

/** Explains the letters in the texts. An actor may have a letter as its name. */
function legend(texts: readonly string[], actors: readonly string[]): readonly string[] {
  const words = new Set(texts.flatMap((text) => text.split(/[ ,;.]+/)));
  const used = Object.values(flagLetters).filter(({ letter }) => words.has(letter) && !actors.includes(letter));
  const meanings = used.map(({ letter, meaning }) => `${letter} ${meaning}`).join("; ");
  return used.length === 0 ? [] : paragraph(`(${meanings})`, "", "", mailWidth);
}
