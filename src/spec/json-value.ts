/** Parses a JSON text into a tree with positions, and into the plain value. */
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode, visit } from "jsonc-parser";
import type { DiagnosticCode } from "../diagnostics/codes.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** An error in the text. `offset` and `length` count UTF-16 units. */
export interface JsonMistake {
  readonly code: DiagnosticCode;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

export type ParsedJson =
  | { readonly ok: true; readonly root: Node; readonly value: JsonValue }
  | { readonly ok: false; readonly mistakes: readonly JsonMistake[] };

/** Allows comments, but no trailing commas, because other JSON tools would reject the file. */
export function parseJson(text: string): ParsedJson {
  // This comes first: the parser is recursive, and a text of many brackets would overflow its stack.
  const deep = firstTooDeep(text);
  if (deep !== undefined) {
    const message = `nested more than ${maxNesting} levels deep`;
    return { ok: false, mistakes: [{ code: "spec/too-deep", offset: deep, length: 1, message }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  // Only the first error: the parser recovers by guessing, and later errors depend on that guess.
  if (errors.length > 0) return { ok: false, mistakes: [syntaxMistake(text, errors, root)] };
  if (root === undefined) return { ok: false, mistakes: [endOfText(text, false)] };
  const mistakes: JsonMistake[] = [];
  const value = toValue(root, mistakes);
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, root, value };
}

const maxNesting = 64;

/** Token numbers of the parser's scanner. Its enumeration exists only in the types, not at run time. */
const [openBrace, closeBrace, openBracket, closeBracket, endOfFile] = [1, 2, 3, 4, 17];

/** The offset of the first list or object that is nested too deeply. */
export function firstTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== endOfFile; token = scanner.scan()) {
    if (token === openBrace || token === openBracket) depth += 1;
    else if (token === closeBrace || token === closeBracket) depth -= 1;
    if (depth > maxNesting) return scanner.getTokenOffset();
  }
  return undefined;
}

/** A user reads no more errors than this, and locating each one takes time. */
const mostMistakes = 100;

/**
 * Our own conversion of the tree to a value. The library assigns keys, so it would silently lose a key `__proto__` and
 * the first of two equal keys.
 */
function toValue(node: Node, mistakes: JsonMistake[]): JsonValue {
  const children = node.children ?? [];
  switch (node.type) {
    case "array":
      return children.map((child) => toValue(child, mistakes));
    case "object": {
      const entries = new Map<string, JsonValue>();
      for (const property of children) {
        const [key, value] = property.children ?? [];
        if (key === undefined || value === undefined) continue;
        const name = String(key.value);
        if (entries.has(name) && mistakes.length < mostMistakes) {
          const message = `the key ${JSON.stringify(name)} appears here a second time; expected each key once`;
          mistakes.push({ code: "spec/duplicate-key", offset: key.offset, length: key.length, message });
        }
        entries.set(name, toValue(value, mistakes));
      }
      return Object.fromEntries(entries);
    }
    default:
      return node.value as JsonValue;
  }
}

function syntaxMistake(text: string, errors: readonly ParseError[], root: Node | undefined): JsonMistake {
  const error = errors[0] as ParseError;
  const comma = trailingComma(text);
  if (comma !== undefined && comma < error.offset && /^[}\]]/.test(text.slice(error.offset))) {
    const closing = text[error.offset];
    const message = `a comma before \`${closing}\`; expected no comma after the last element`;
    return { code: "spec/trailing-comma", offset: comma, length: 1, message };
  }
  if (error.offset >= text.trimEnd().length) return endOfText(text, root !== undefined);
  const found = text.slice(error.offset, error.offset + Math.max(1, error.length)).split(/\r|\n/)[0] ?? "";
  const message = `found \`${shorten(found)}\`, ${expectationAt(text, root, error)}`;
  return { code: "spec/syntax", offset: error.offset, length: found.length, message };
}

/** The offset of the first comma that is followed by an error and a closing bracket. */
function trailingComma(text: string): number | undefined {
  let lastComma: number | undefined;
  let found: number | undefined;
  let failed = false;
  const forget = () => {
    lastComma = undefined;
  };
  visit(text, {
    onSeparator: (character, offset) => {
      lastComma = character === "," ? offset : undefined;
    },
    onError: () => {
      if (!failed) found = lastComma;
      failed = true;
    },
    onObjectBegin: forget,
    onArrayBegin: forget,
    onObjectProperty: forget,
    onLiteralValue: forget,
  });
  return found;
}

function endOfText(text: string, begun: boolean): JsonMistake {
  const message = begun
    ? "the file ends inside a value; expected the rest of the value"
    : "the file has no JSON in it; expected an object";
  return { code: "spec/syntax", offset: text.trimEnd().length, length: 1, message };
}

function expectationAt(text: string, root: Node | undefined, error: ParseError): string {
  if (root !== undefined && error.offset >= root.offset + root.length) return "expected nothing more after the value";
  if (text[error.offset] === "'") return "expected double quotes";
  const isWord = printParseErrorCode(error.error) === "InvalidSymbol";
  const isKey = isWord && /^[ \t]*:/.test(text.slice(error.offset + error.length));
  return isKey ? "expected a key in double quotes" : expectation(error);
}

function expectation(error: ParseError): string {
  switch (printParseErrorCode(error.error)) {
    case "PropertyNameExpected":
      return "expected a key in double quotes";
    case "ColonExpected":
      return "expected `:` after the key";
    case "CommaExpected":
      return "expected a comma before the next element";
    case "CloseBraceExpected":
      return "expected `}`";
    case "CloseBracketExpected":
      return "expected `]`";
    case "UnexpectedEndOfString":
      return "a string that does not end on its line";
    case "UnexpectedEndOfComment":
      return "a comment that does not end";
    case "UnexpectedEndOfNumber":
    case "InvalidNumberFormat":
      return "expected the rest of a number";
    case "InvalidUnicode":
      return "expected four hexadecimal digits after `\\u`";
    case "InvalidEscapeCharacter":
      return "an escape that JSON does not know";
    case "InvalidCharacter":
      return "a control character, which has to be written as an escape";
    default:
      return "expected a JSON value: an object, a list, a string in double quotes, a number, true, false or null";
  }
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
