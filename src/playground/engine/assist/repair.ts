/**
 * Brackets and commas that are missing while a scenario is written. Where an unclosed bracket should end is seen by the
 * indentation: what stands in it is indented more than the line on which it opens.
 */
import { createScanner } from "jsonc-parser";

export interface Repaired {
  readonly text: string;
  /** From an offset of the text as it was. What is inserted at an offset stands before it. */
  readonly offsetOf: (offset: number) => number;
}

/** `cursor`: alone on its line or before a colon, it stands for what is to be written there. A text without mistakes stays as it is. */
export function repair(text: string, cursor: number): Repaired {
  const patches = patchesFor(text, cursor).sort((one, other) => one.at - other.at);
  let repaired = "";
  let done = 0;
  for (const { at, insert, remove } of patches) {
    repaired += text.slice(done, at) + insert;
    done = at + remove;
  }
  repaired += text.slice(done);
  const shiftAt = (offset: number): number =>
    patches.reduce((sum, { at, insert, remove }) => (at <= offset ? sum + insert.length - remove : sum), 0);
  return { text: repaired, offsetOf: (offset) => offset + shiftAt(offset) };
}

interface Patch {
  readonly at: number;
  readonly insert: string;
  readonly remove: number;
}

type Kind = "open" | "close" | "," | ":" | "string" | "word" | "cursor";

interface Token {
  readonly kind: Kind;
  readonly from: number;
  readonly text: string;
  /** The number of its line, and how far the line is indented. */
  readonly line: number;
  readonly indent: number;
}

/** A bracket that is open. */
interface Open {
  readonly bracket: string;
  readonly line: number;
  readonly indent: number;
  /** Where the value begins that was last in it. */
  lastValue: Token | undefined;
}

const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

function patchesFor(text: string, cursor: number): Patch[] {
  const tokens = tokensOf(text, cursor);
  const patches: Patch[] = [];
  const open: Open[] = [];
  const closed = areBalanced(tokens);
  let line = -1;
  let onlyClosers = false;
  let before: Token | undefined;

  const insert = (at: number, added: string): void => {
    patches.push({ at, insert: added, remove: 0 });
  };
  /** Closes all brackets above a position of the stack. */
  const closeDownTo = (depth: number, at: number): boolean => {
    const gone = open.splice(depth).reverse();
    if (gone.length > 0) insert(at, gone.map(({ bracket }) => closing[bracket]).join(""));
    return gone.length > 0;
  };

  for (const [position, token] of tokens.entries()) {
    const isFirst = token.line !== line;
    line = token.line;
    onlyClosers = token.kind === "close" && (isFirst || onlyClosers);
    let endsValue = isEndOfValue(before);
    if (!closed && isFirst) {
      const least = token.kind === "close" ? token.indent + 1 : Math.max(1, token.indent);
      const depth = open.findIndex(({ indent }, number) => number > 0 && indent >= least);
      if (depth > 0 && closeDownTo(depth, token.from)) endsValue = true;
    }
    const isKey = tokens[position + 1]?.kind === ":" && (token.kind === "string" || token.kind === "cursor");
    if (startsValue(token) && endsValue) insert(token.from, ",");
    else if (isKey && before?.kind === ":") {
      // The value of the key before it is missing, or the bracket with which that begins.
      const isInside = before.line === token.line || token.indent > before.indent;
      if (closed || !isInside) insert(token.from, "null,");
      else openBefore(token, "{", before);
    }
    if (isKey && !closed && open.at(-1)?.bracket !== "{") openBefore(token, "{", token);
    const top = open.at(-1);
    if (token.kind === "open") {
      if (!closed && top?.bracket === "{" && before?.kind === "," && top.lastValue !== undefined)
        openBefore(top.lastValue, "[", top.lastValue);
      noteValue(token);
      open.push({ bracket: token.text, line: token.line, indent: token.indent, lastValue: undefined });
    } else if (token.kind === "close") close(token);
    else if (!isKey) noteValue(token);
    before = token;
  }
  return patches;

  function noteValue(token: Token): void {
    const top = open.at(-1);
    if (top !== undefined && startsValue(token) && before?.kind === ":") top.lastValue = token;
  }

  function openBefore(value: Token, bracket: string, { line: opened, indent }: Token): void {
    insert(value.from, bracket);
    open.push({ bracket, line: opened, indent, lastValue: undefined });
  }

  /** A bracket closes one of its own line, or, at the beginning of a line, one of a line with the same indentation. */
  function close(token: Token): void {
    const fits = (one: Open): boolean =>
      closing[one.bracket] === token.text &&
      (closed || one.line === token.line || (onlyClosers && one.indent === token.indent));
    const depth = open.findLastIndex(fits);
    const value = open.at(-1)?.lastValue;
    if (depth >= 0) {
      closeDownTo(depth + 1, token.from);
      open.pop();
    } else if (token.text === "]" && value !== undefined && value.line === token.line) insert(value.from, "[");
    else patches.push({ at: token.from, insert: " ", remove: 1 });
  }
}

function isEndOfValue(token: Token | undefined): boolean {
  return token !== undefined && token.kind !== "open" && token.kind !== "," && token.kind !== ":";
}

function startsValue({ kind }: Token): boolean {
  return kind === "open" || kind === "string" || kind === "word" || kind === "cursor";
}

function areBalanced(tokens: readonly Token[]): boolean {
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind === "open") open.push(text);
    else if (kind === "close" && closing[open.pop() ?? ""] !== text) return false;
  }
  return open.length === 0;
}

/** Token numbers of the scanner. Its enumeration exists only in the types, not at run time. */
const endOfFile = 17;
const kinds: Readonly<Record<number, Kind>> = {
  1: "open",
  2: "close",
  3: "open",
  4: "close",
  5: ",",
  6: ":",
  10: "string",
};

function tokensOf(text: string, cursor: number): readonly Token[] {
  const starts = lineStarts(text);
  const tokens: Token[] = [];
  let line = 0;
  const add = (kind: Kind, from: number, to: number): void => {
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= from) line++;
    const start = starts[line] ?? 0;
    const indent = Math.min(from - start, text.slice(start).search(/\S|$/));
    tokens.push({ kind, from, text: text.slice(from, to), line, indent });
  };
  const isAlone = /(^|\n)[ \t]+$/.test(text.slice(0, cursor)) && /^[ \t]*(\r?\n|$)/.test(text.slice(cursor));
  let waits = isAlone || (/[\s{[,:]$/.test(text.slice(0, cursor)) && /^\s*:/.test(text.slice(cursor)));
  const scanner = createScanner(text, true);
  for (let kind: number = scanner.scan(); kind !== endOfFile; kind = scanner.scan()) {
    const from = scanner.getTokenOffset();
    if (waits && from >= cursor) {
      add("cursor", cursor, cursor);
      waits = false;
    }
    add(kinds[kind] ?? "word", from, from + scanner.getTokenLength());
  }
  if (waits) add("cursor", cursor, cursor);
  return tokens;
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
