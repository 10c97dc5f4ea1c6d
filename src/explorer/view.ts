/** The whole screen, as a pure function of the explorer's state and the screen's size. */
import { noProperty } from "../trace/format.ts";
import { type Explorer, isUnwritten, type Message, type PromptPurpose } from "./explorer.ts";
import { keyHelp } from "./help.ts";
import { divider, fitted, justified, type Line, line, piece } from "./line.ts";
import { pageLines } from "./pages.ts";
import { detailLines, optionLines, stepLines } from "./panels.ts";
import { optionsAt, pointAt } from "./path.ts";

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export const smallest: Size = { rows: 14, columns: 40 };

/** Exactly one line for each row of the screen, none wider than the screen. */
export function viewOf(explorer: Explorer, size: Size): readonly Line[] {
  const isTooSmall = size.rows < smallest.rows || size.columns < smallest.columns;
  const tooSmall = [line(`at least ${smallest.columns}x${smallest.rows}, please`)];
  const lines = isTooSmall ? tooSmall : pageFor(explorer, size);
  return filled(lines, size.rows).map((one) => fitted(one, size.columns));
}

function pageFor(explorer: Explorer, size: Size): readonly Line[] {
  const { mode } = explorer;
  if (mode.kind === "path" || mode.kind === "prompt") return pathPage(explorer, size);
  return readingPage(explorer, mode.kind, mode.first, size);
}

function pathPage(explorer: Explorer, { rows, columns }: Size): readonly Line[] {
  const { subject, path, position } = explorer;
  const keys = keyHelp(columns);
  const { length } = optionsAt(subject, pointAt(path, position));
  const possible = length === 1 ? "1 step can be taken" : `${length === 0 ? "no" : length} steps can be taken`;
  // The parts keep their sizes from step to step, so that nothing moves.
  const room = rows - 4 - keys.length;
  const options = Math.max(3, Math.min(subject.program.actors.length + 1, Math.floor(room / 3)));
  const detail = Math.floor((room - options) / 2);
  return [
    header(explorer, columns),
    ...stepLines(explorer, room - options - detail),
    divider(pointTitle(explorer), columns),
    ...filled(cutOff(detailLines(explorer, columns), detail), detail),
    divider(`where the actors are; ${possible}`, columns),
    ...filled(optionLines(explorer, options), options),
    ...footer(explorer, keys, columns),
  ];
}

function header(explorer: Explorer, columns: number): Line {
  const { origin, property, position, path } = explorer;
  const added = origin.features.with.map((name) => ` +${name}`);
  const removed = origin.features.without.map((name) => ` -${name}`);
  const about = property === noProperty.name ? "a path explored by hand" : property;
  const edited = (origin.features.edits ?? []).map((edit) => ` (${edit})`);
  const title = `${origin.spec.name} on ${origin.kernel}${[...added, ...removed, ...edited].join("")}: ${about}`;
  const parted = path.findIndex(({ byHand }) => byHand);
  const byHand = parted === -1 ? "" : `by hand from ${parted} on${isUnwritten(explorer) ? ", not written" : ""}  `;
  return justified(line(title, "bold"), [piece(byHand, "dim"), piece(`step ${position}/${path.length - 1}`)], columns);
}

const questions: Readonly<Record<PromptPurpose, string>> = {
  step: "go to step: ",
  variable: "next change of (tab completes): ",
  file: "write the path to: ",
};

/** The message and the keys; or a question with the end of its answer visible. */
function footer({ mode, message }: Explorer, keys: readonly Line[], columns: number): readonly Line[] {
  if (mode.kind !== "prompt") return [messageLine(message), ...keys];
  const question = questions[mode.purpose];
  const room = Math.max(1, columns - question.length - 1);
  const help = keys.length === 1 ? [] : [line("enter accepts  esc cancels", "dim")];
  return [[piece(question, "bold"), piece(`${mode.text.slice(-room)}_`)], messageLine(message), ...help];
}

function messageLine(message: Message | undefined): Line {
  return message === undefined ? [] : line(message.text, message.tone === "plain" ? "bold" : message.tone);
}

function readingPage(explorer: Explorer, kind: "help" | "everything", first: number, size: Size): readonly Line[] {
  const { rows, columns } = size;
  const lines = pageLines(explorer, kind, columns);
  const title = kind === "help" ? "keys" : pointTitle(explorer);
  const room = rows - 3;
  const from = Math.min(first, lines.length - 1);
  const below = lines.length - from - room;
  const help = line(`${below > 0 ? `${below} more lines; ` : ""}up/down scroll  q back`, "dim");
  return [
    header(explorer, columns),
    divider(title, columns),
    ...filled(lines.slice(from), room),
    explorer.message === undefined ? help : messageLine(explorer.message),
  ];
}

function pointTitle({ position }: Explorer): string {
  return position === 0 ? "the start" : `what step ${position} did`;
}

function cutOff(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length <= rows) return lines;
  const kept = lines.slice(0, rows - 1);
  return [...kept, line(` ... ${lines.length - kept.length} more lines (v shows all)`, "dim")];
}

function filled(lines: readonly Line[], rows: number): readonly Line[] {
  return Array.from({ length: rows }, (_, row) => lines[row] ?? []);
}
