/** A JSON text read into a tree that knows its positions, and into the plain value that the tree stands for. */
import { type Node, type ParseError, parseTree, printParseErrorCode, visit } from "jsonc-parser";
import type { DiagnosticCode } from "../diagnostics/codes.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A mistake in the text, `offset` and `length` in UTF-16 units. */
export interface JsonMistake {
  readonly code: DiagnosticCode;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

export type ParsedJson =
  | { readonly ok: true; readonly root: Node; readonly value: JsonValue }
  | { readonly ok: false; readonly mistakes: readonly JsonMistake[] };

/** Comments are fine, trailing commas are not: other JSON tools would reject the file. */
export function parseJson(text: string): ParsedJson {
  const errors: ParseError[] = [];
  const root = parseUnlessTooDeep(text, errors);
  if (root === "too deep") return { ok: false, mistakes: [tooDeep(0)] };
  // Only the first: the parser recovers, and what it says of the rest depends on its guess.
  if (errors.length > 0) return { ok: false, mistakes: [syntaxMistake(text, errors, root)] };
  if (root === undefined) return { ok: false, mistakes: [endOfText(text, false)] };
  const mistakes: JsonMistake[] = [];
  const value = toValue(root, 0, mistakes);
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, root, value };
}

const maxNesting = 64;

function tooDeep(offset: number): JsonMistake {
  return { code: "spec/too-deep", offset, length: 1, message: `nested more than ${maxNesting} levels deep` };
}

/** The parser recurses, so a text of nothing but brackets ends its stack. */
function parseUnlessTooDeep(text: string, errors: ParseError[]): Node | undefined | "too deep" {
  try {
    return parseTree(text, errors);
  } catch (error) {
    if (error instanceof RangeError) return "too deep";
    throw error;
  }
}

/**
 * Our own reading of the tree: the library assigns keys, so that a key `__proto__` would vanish from the value and never
 * be reported, and of two equal keys the first would be forgotten in silence.
 */
function toValue(node: Node, depth: number, mistakes: JsonMistake[]): JsonValue {
  if (depth > maxNesting) {
    mistakes.push(tooDeep(node.offset));
    return null;
  }
  const children = node.children ?? [];
  switch (node.type) {
    case "array":
      return children.map((child) => toValue(child, depth + 1, mistakes));
    case "object": {
      const entries = new Map<string, JsonValue>();
      for (const property of children) {
        const [key, value] = property.children ?? [];
        if (key === undefined || value === undefined) continue;
        const name = String(key.value);
        if (entries.has(name)) {
          const message = `the key ${JSON.stringify(name)} is here a second time; expected each key once`;
          mistakes.push({ code: "spec/duplicate-key", offset: key.offset, length: key.length, message });
        }
        entries.set(name, toValue(value, depth + 1, mistakes));
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

/** Where the first comma stands that an error and a closing bracket follow. */
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
    ? "the file ends inside a value; expected its rest"
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
