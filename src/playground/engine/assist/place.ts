/** Where a cursor is in the text of a scenario, which may be broken there. */
import { createScanner, getLocation, type Node, parseTree } from "jsonc-parser";
import { firstTooDeep } from "../../../spec/json-value.ts";
import { offsetInLiteral, type Path } from "../../../spec/source-file.ts";
import { repair } from "./repair.ts";

export interface Place {
  /** Of the value at the cursor; if a key is at the cursor, of the object that has it. */
  readonly path: Path;
  readonly isKey: boolean;
  /** The token at the cursor, with its quotes. Empty if there is none. */
  readonly from: number;
  readonly to: number;
  /** The token, if it is a string. */
  readonly string: StringToken | undefined;
  /** A key: whether a colon follows, so that its value stands there already. */
  readonly hasValue: boolean;
  /** The scenario, with `null` in place of the value at the cursor and without the key at the cursor. */
  readonly scenario: unknown;
}

export interface StringToken {
  /** Its value. */
  readonly text: string;
  /** The unit of `text` at which the cursor is. */
  readonly cursor: number;
  readonly isClosed: boolean;
  /** From a unit of `text` to an offset in the scenario's text. */
  readonly offsetOf: (unit: number) => number;
}

interface Token {
  readonly kind: "string" | "word" | "comment";
  readonly from: number;
  readonly to: number;
}

/** Undefined if nothing can be written there: in a comment, behind the quote that ends a string. */
export function placeAt(text: string, offset: number): Place | undefined {
  if (firstTooDeep(text) !== undefined) return undefined;
  const token = tokenAt(text, offset);
  if (token?.kind === "comment") return undefined;
  const { from, to } = token ?? { from: offset, to: offset };
  const isString = token?.kind === "string";
  if (isString && to === offset && isClosed(text, token)) return undefined;
  const { text: repaired, offsetOf } = repair(text, offset);
  const start = offsetOf(from);
  const { path, isAtPropertyKey: isKey } = getLocation(repaired, start);
  const hasValue = isKey && /^\s*:/.test(text.slice(to));
  const node = parseTree(mended(repaired, start, start + to - from, isKey, hasValue), []);
  return {
    path: isKey ? path.slice(0, -1) : path,
    isKey,
    from,
    to,
    string: isString ? stringAt(text, token, offset) : undefined,
    hasValue,
    scenario: node && plainValue(node),
  };
}

/** Token numbers of the scanner. Its enumeration exists only in the types, not at run time. */
const [string, lineComment, blockComment, endOfFile] = [10, 12, 13, 17];
/** null, true, false, a string, a number, and what is none of them. */
const firstWord = 7;
const lastWord = 11;
const noToken = 16;

/** The token that the cursor is in or beside. */
function tokenAt(text: string, offset: number): Token | undefined {
  const scanner = createScanner(text, false);
  for (let kind: number = scanner.scan(); kind !== endOfFile; kind = scanner.scan()) {
    const from = scanner.getTokenOffset();
    const to = from + scanner.getTokenLength();
    if (from > offset) return undefined;
    if (kind === lineComment && from < offset && offset <= to) return { kind: "comment", from, to };
    if (kind === blockComment && from < offset && offset < to) return { kind: "comment", from, to };
    if (to < offset) continue;
    if (kind === string) return { kind: "string", from, to };
    if ((kind >= firstWord && kind <= lastWord) || kind === noToken) return { kind: "word", from, to };
  }
  return undefined;
}

function isClosed(text: string, { from, to }: Token): boolean {
  return literal(text, from, to).isClosed;
}

/** Without a quote at its end, the literal runs to the end of its line. */
function literal(text: string, from: number, to: number): { readonly text: string; readonly isClosed: boolean } {
  const raw = text.slice(from, to);
  const closed = /^"(?:[^"\\]|\\.)*"$/s.test(raw);
  return { text: closed ? raw : `${raw.replace(/(?<!\\)((?:\\\\)*)\\$/, "$1")}"`, isClosed: closed };
}

function stringAt(text: string, { from, to }: Token, offset: number): StringToken {
  const { text: quoted, isClosed: closed } = literal(text, from, to);
  const value = unquoted(quoted);
  let cursor = 0;
  while (cursor < value.length && from + offsetInLiteral(quoted, cursor + 1) <= offset) cursor++;
  return { text: value, cursor, isClosed: closed, offsetOf: (unit) => from + offsetInLiteral(quoted, unit) };
}

function unquoted(quoted: string): string {
  const value: unknown = parseTree(quoted, [])?.value;
  return typeof value === "string" ? value : "";
}

/** The text with something well-formed at the cursor, so that the parser reads what stands around it. */
function mended(text: string, from: number, to: number, isKey: boolean, hasValue: boolean): string {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const separatedBefore = /(^|[{[,:])\s*$/.test(before) ? "" : ",";
  const separatedAfter = hasValue || /^\s*([,}\]]|$)/.test(after) ? "" : ",";
  const placeholder = isKey ? (hasValue ? '""' : '"": null') : "null";
  return `${before}${separatedBefore}${placeholder}${separatedAfter}${after}`;
}

/** The last of several equal keys counts, as in JSON.parse. The key at the cursor is left out. */
function plainValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(plainValue);
  if (node.type !== "object") return node.value ?? null;
  const entries = (node.children ?? []).flatMap(({ children = [] }) => {
    const [key, value] = children;
    return key === undefined || value === undefined || key.value === "" ? [] : [[String(key.value), plainValue(value)]];
  });
  return Object.fromEntries(entries);
}
