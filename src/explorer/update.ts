/** The effect of a command: from the explorer before it to the explorer after it, and what is to be done outside. */
import { pageWidth } from "../text/paragraph.ts";
import { buildTrace } from "../trace/build-trace.ts";
import { isBroken, type Trace, witnessedBy } from "../trace/format.ts";
import { type Explorer, isUnwritten, type PromptPurpose, standAt } from "./explorer.ts";
import { pageLines } from "./pages.ts";
import { foundBy, isTaken, optionsAt, pointAt, takeOption, violationsHere } from "./path.ts";
import { acceptText, completeText } from "./prompt.ts";
import { say } from "./say.ts";
import { lookForChange } from "./search.ts";

export type Command =
  | { readonly kind: "move"; readonly by: number }
  | { readonly kind: "first" | "last" | "take" | "undo" | "recorded" | "quit" | "close" }
  | { readonly kind: "select"; readonly by: number }
  | { readonly kind: "choose"; readonly number: number }
  | { readonly kind: "look"; readonly direction: 1 | -1 }
  | { readonly kind: "show"; readonly what: "help" | "everything" }
  | { readonly kind: "scroll"; readonly by: number }
  | { readonly kind: "ask"; readonly purpose: PromptPurpose }
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "erase"; readonly what: "character" | "word" | "line" }
  | { readonly kind: "complete" | "accept" }
  | { readonly kind: "written"; readonly file: string }
  | { readonly kind: "not-written"; readonly reason: string };

export type Effect =
  | { readonly kind: "write"; readonly file: string; readonly trace: Trace }
  | { readonly kind: "quit" };

export interface Updated {
  readonly explorer: Explorer;
  readonly effect?: Effect;
}

export function update(before: Explorer, command: Command): Updated {
  // A message is about the last command; a warning stays until the next command.
  const explorer: Explorer = { ...before, message: undefined, warned: false };
  const { path, position } = explorer;
  switch (command.kind) {
    case "move":
      return { explorer: moved(explorer, position + command.by) };
    case "first":
      return { explorer: standAt(explorer, 0) };
    case "last":
      return { explorer: standAt(explorer, path.length - 1) };
    case "select":
      return { explorer: selected(explorer, explorer.selected + command.by) };
    case "choose":
      return { explorer: chosen(explorer, command.number) };
    case "take":
      return { explorer: taken(explorer) };
    case "undo":
      return { explorer: undone(explorer) };
    case "recorded":
      return { explorer: backToRecorded(explorer) };
    case "look":
      return { explorer: lookForChange(explorer, command.direction) };
    case "show":
      return { explorer: { ...explorer, mode: { kind: command.what, first: 0 } } };
    case "scroll":
      return { explorer: scrolled(explorer, command.by) };
    case "ask":
      return { explorer: asked(explorer, command.purpose) };
    case "type":
      return { explorer: typed(explorer, (text) => text + command.text) };
    case "erase":
      return { explorer: typed(explorer, (text) => erased(text, command.what)) };
    case "complete":
      return { explorer: completeText(explorer) };
    case "accept":
      return accepted(explorer);
    case "close":
      return { explorer: { ...explorer, mode: { kind: "path" } } };
    case "quit":
      if (before.warned || !isUnwritten(explorer)) return { explorer, effect: { kind: "quit" } };
      return {
        explorer: { ...say(explorer, "this path is not written to a file: w writes it, q again quits"), warned: true },
      };
    case "written":
      return {
        explorer: {
          ...say(explorer, `wrote ${command.file}`, "good"),
          written: path,
          fileNumber: explorer.fileNumber + 1,
          mode: { kind: "path" },
        },
      };
    case "not-written":
      return { explorer: say(explorer, command.reason, "bad") };
  }
}

function moved(explorer: Explorer, to: number): Explorer {
  const last = explorer.path.length - 1;
  if (to > last && explorer.position === last)
    return say(explorer, "the path ends here; choose a step and take it with enter");
  return standAt(explorer, Math.min(Math.max(to, 0), last));
}

function selected(explorer: Explorer, to: number): Explorer {
  const { length } = optionsAt(explorer.subject, pointAt(explorer.path, explorer.position));
  return { ...explorer, selected: Math.min(Math.max(to, 0), Math.max(0, length - 1)) };
}

function chosen(explorer: Explorer, number: number): Explorer {
  const { length } = optionsAt(explorer.subject, pointAt(explorer.path, explorer.position));
  if (number >= 1 && number <= length) return { ...explorer, selected: number - 1 };
  return say(explorer, length === 0 ? "no step can be taken here" : `choose a step from 1 to ${length}`);
}

/** Taking the path's own next step does not start a new path. */
function taken(explorer: Explorer): Explorer {
  const { subject, path, position, history } = explorer;
  const option = optionsAt(subject, pointAt(path, position))[explorer.selected];
  if (option === undefined) return say(explorer, "no step can be taken here");
  if (isTaken(path, position, option)) return tellViolations(standAt(explorer, position + 1));
  const next = takeOption(subject, path, position, option);
  const onNext = { ...explorer, path: next, history: [...history, { path, position }] };
  return tellViolations(standAt(onNext, position + 1));
}

function tellViolations(explorer: Explorer): Explorer {
  const found = violationsHere(explorer.subject, explorer.path, explorer.position);
  const violated = found.filter(isBroken);
  if (violated.length > 0)
    return say(explorer, `violated: ${violated.map(({ property }) => property).join(", ")}`, "bad");
  const [satisfied] = found.map(witnessedBy);
  return satisfied === undefined ? explorer : say(explorer, `satisfied: ${satisfied}`, "good");
}

function undone(explorer: Explorer): Explorer {
  const last = explorer.history.at(-1);
  if (last === undefined) return say(explorer, "there is nothing to undo");
  return standAt({ ...explorer, path: last.path, history: explorer.history.slice(0, -1) }, last.position);
}

/** Moves to the point where the two paths part. */
function backToRecorded(explorer: Explorer): Explorer {
  const { path, recorded, position, history } = explorer;
  if (path === recorded) return say(explorer, "this is the recorded path");
  const common = path.findIndex((point, at) => point !== recorded[at]) - 1;
  const to = common < 0 ? position : Math.min(position, common);
  return standAt({ ...explorer, path: recorded, history: [...history, { path, position }] }, to);
}

/** Scrolls at most until the last line is at the top. */
function scrolled(explorer: Explorer, by: number): Explorer {
  const { mode } = explorer;
  if (mode.kind !== "help" && mode.kind !== "everything") return explorer;
  const last = pageLines(explorer, mode.kind, pageWidth).length - 1;
  return { ...explorer, mode: { ...mode, first: Math.min(Math.max(0, mode.first + by), last) } };
}

function asked(explorer: Explorer, purpose: PromptPurpose): Explorer {
  const text = purpose === "file" ? explorer.fileName(explorer.fileNumber) : "";
  return { ...explorer, mode: { kind: "prompt", purpose, text } };
}

function typed(explorer: Explorer, change: (text: string) => string): Explorer {
  const { mode } = explorer;
  return mode.kind === "prompt" ? { ...explorer, mode: { ...mode, text: change(mode.text) } } : explorer;
}

function erased(text: string, what: "character" | "word" | "line"): string {
  if (what === "line") return "";
  return what === "word" ? text.replace(/[^\s/.[]*[\s/.[]*$/, "") : text.slice(0, -1);
}

function accepted(explorer: Explorer): Updated {
  const { mode, subject, path, property, origin } = explorer;
  if (mode.kind !== "prompt") return { explorer };
  const file = mode.text.trim();
  if (mode.purpose !== "file") return { explorer: acceptText(explorer, mode.purpose, file) };
  if (file === "") return { explorer: say(explorer, "expected the name of a file") };
  return {
    explorer,
    effect: { kind: "write", file, trace: buildTrace(subject, foundBy(subject, path, property), origin) },
  };
}
