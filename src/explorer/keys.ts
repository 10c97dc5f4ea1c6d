/** Maps keys to commands: on the path, on a page to read, or in an answer. */
import type { Key } from "../terminal/key.ts";
import type { Mode } from "./explorer.ts";
import type { Command } from "./update.ts";

export function commandOf(key: Key, mode: Mode): Command | undefined {
  switch (mode.kind) {
    case "path":
      return key.ctrl || key.meta ? undefined : onPath(key);
    case "help":
    case "everything":
      return key.ctrl || key.meta ? undefined : onPage(key, mode.kind);
    case "prompt":
      return inAnswer(key);
  }
}

const page = 10;

/** By the key's name, otherwise by the character that it types. */
const pathKeys: Readonly<Record<string, Command>> = {
  right: { kind: "move", by: 1 },
  l: { kind: "move", by: 1 },
  space: { kind: "move", by: 1 },
  left: { kind: "move", by: -1 },
  h: { kind: "move", by: -1 },
  backspace: { kind: "move", by: -1 },
  pagedown: { kind: "move", by: page },
  pageup: { kind: "move", by: -page },
  home: { kind: "first" },
  g: { kind: "first" },
  end: { kind: "last" },
  G: { kind: "last" },
  up: { kind: "select", by: -1 },
  k: { kind: "select", by: -1 },
  down: { kind: "select", by: 1 },
  j: { kind: "select", by: 1 },
  return: { kind: "take" },
  enter: { kind: "take" },
  u: { kind: "undo" },
  r: { kind: "recorded" },
  ":": { kind: "ask", purpose: "step" },
  "/": { kind: "ask", purpose: "variable" },
  n: { kind: "look", direction: 1 },
  N: { kind: "look", direction: -1 },
  v: { kind: "show", what: "everything" },
  "?": { kind: "show", what: "help" },
  w: { kind: "ask", purpose: "file" },
  q: { kind: "quit" },
};

function onPath(key: Key): Command | undefined {
  const { sequence = "" } = key;
  if (/^[1-9]$/.test(sequence)) return { kind: "choose", number: Number(sequence) };
  return lookUp(pathKeys, key);
}

const pageKeys: Readonly<Record<string, Command>> = {
  up: { kind: "scroll", by: -1 },
  k: { kind: "scroll", by: -1 },
  down: { kind: "scroll", by: 1 },
  j: { kind: "scroll", by: 1 },
  return: { kind: "scroll", by: 1 },
  pageup: { kind: "scroll", by: -page },
  pagedown: { kind: "scroll", by: page },
  space: { kind: "scroll", by: page },
  home: { kind: "scroll", by: Number.NEGATIVE_INFINITY },
  g: { kind: "scroll", by: Number.NEGATIVE_INFINITY },
  q: { kind: "close" },
  escape: { kind: "close" },
};

const stepKeys: Readonly<Record<string, Command>> = {
  right: { kind: "move", by: 1 },
  l: { kind: "move", by: 1 },
  left: { kind: "move", by: -1 },
  h: { kind: "move", by: -1 },
  n: { kind: "look", direction: 1 },
  N: { kind: "look", direction: -1 },
  v: { kind: "close" },
};

/** On the page that shows everything, the user can still move step by step. */
function onPage(key: Key, kind: "help" | "everything"): Command | undefined {
  const own = kind === "everything" ? lookUp(stepKeys, key) : lookUp({ "?": { kind: "close" } }, key);
  return own ?? lookUp(pageKeys, key);
}

function lookUp(keys: Readonly<Record<string, Command>>, { name, sequence }: Key): Command | undefined {
  // A capital letter has the name of the small one, so the typed character comes first. A space is typed as " ".
  for (const known of [sequence, name]) if (known !== undefined && Object.hasOwn(keys, known)) return keys[known];
  return undefined;
}

function inAnswer(key: Key): Command | undefined {
  const { name, ctrl, meta, sequence = "" } = key;
  if (name === "return" || name === "enter") return { kind: "accept" };
  if (name === "escape") return { kind: "close" };
  if (name === "tab") return { kind: "complete" };
  if (ctrl && name === "u") return { kind: "erase", what: "line" };
  if (ctrl && name === "w") return { kind: "erase", what: "word" };
  if (name === "backspace" || (ctrl && name === "h")) return { kind: "erase", what: "character" };
  if (ctrl || meta || sequence === "" || /\p{Cc}/u.test(sequence)) return undefined;
  return { kind: "type", text: sequence };
}
