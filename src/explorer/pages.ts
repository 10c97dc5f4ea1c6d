/** The pages to read: all keys, or everything about a point. */
import { compactName, compactValue, flagLetters } from "../trace/change-text.ts";
import { viewState } from "../trace/state-view.ts";
import type { Explorer } from "./explorer.ts";
import { divider, type Line, line } from "./line.ts";
import { detailLines } from "./panels.ts";
import { pointAt } from "./path.ts";

export function pageLines(explorer: Explorer, kind: "help" | "everything", columns: number): readonly Line[] {
  return kind === "help" ? helpPage : everythingLines(explorer, columns);
}

const helpPage: readonly Line[] = [
  "Along the path",
  "  right, l, space      one step on",
  "  left, h, backspace   one step back",
  "  page down, page up   ten steps",
  "  home, g / end, G     to the start / to the end",
  "  :                    to a step by its number",
  "  /                    to the next change of a variable: refcount[P0], refcount for",
  "                       each element, an actor's name for all of it (tab completes)",
  "  n / N                to its next / previous change",
  "",
  "Other paths (the path's own next step has a *; steps taken by hand have a +)",
  "  up, down, 1 to 9     choose a step that can be taken",
  "  enter                take it: the path then goes on from here by hand",
  "  u                    undo: return to the path before the last choice",
  "  r                    back to the recorded path",
  "  w                    write the path as a trace that replays",
  "",
  `Bits: ${Object.values(flagLetters)
    .map(({ letter, meaning }) => `${letter} ${meaning}`)
    .join(", ")}`,
  "",
  "  v                    everything here: the whole step, all values (* changed)",
  "  ?                    this page",
  "  q                    quit; ctrl-z suspends, ctrl-c leaves at once",
].map((text) => line(text));

/** Everything about a point: the step that led there, and the value of every variable. Changed values are marked. */
function everythingLines(explorer: Explorer, columns: number): readonly Line[] {
  const { subject, path, position } = explorer;
  const { state, taken } = pointAt(path, position);
  const changed = new Set(taken?.described.changes.map(({ variable }) => variable));
  const values = [...viewState(subject.program, state)].map(([name, { kind, value }]): Line => {
    const isNew = changed.has(name);
    return line(
      `${isNew ? " * " : "   "}${compactName(name)} = ${compactValue(value)}`,
      isNew ? "bold" : kind === "shared" ? "plain" : "dim",
    );
  });
  return [...detailLines(explorer, columns), divider("all values (* changed)", columns), ...values];
}
