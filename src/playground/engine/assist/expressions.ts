/** What can be written in an expression of a property, and what stands there. */
import { methods } from "../../../properties/comprehension.ts";
import type { Globals } from "../../../properties/scope.ts";
import { unknown, type Value } from "../../../properties/values.ts";
import { isClosed, isName, isString, startOfPath, type Token, tokensOf } from "./expression-text.ts";
import {
  type ExpressionKind,
  globalsFor,
  literalsOf,
  localsAt,
  sentenceOfField,
  sentenceOfGlobal,
  typeOf,
  valueOfTokens,
} from "./expression-values.ts";
import { type Choice, type Option, option, wordAround } from "./option.ts";

export function choicesInExpression(text: string, cursor: number, kind: ExpressionKind): Choice {
  const reading = readingOf(text, kind);
  const { tokens } = reading;
  const inside = tokens.findIndex((token) => isString(token) && isInside(token, cursor));
  const literal = tokens[inside];
  if (literal !== undefined) return choicesInLiteral(reading, literal, inside, cursor);
  const { from, to } = wordAround(text, cursor, /\w/);
  const number = tokens.filter((token) => token.to <= from).length;
  return { from, to, options: optionsAt(reading, number) };
}

/** The part of the text that is explained, and the explanation. */
export function explainInExpression(
  text: string,
  cursor: number,
  kind: ExpressionKind,
): { readonly from: number; readonly to: number; readonly text: string } | undefined {
  const reading = readingOf(text, kind);
  const number = reading.tokens.findIndex(({ from, to }) => from <= cursor && cursor < to);
  const token = reading.tokens[number];
  const words = token === undefined || !isName(token) ? undefined : explainName(reading, token, number);
  return token === undefined || words === undefined ? undefined : { from: token.from, to: token.to, text: words };
}

interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly kind: ExpressionKind;
  readonly globals: Globals;
}

function readingOf(text: string, kind: ExpressionKind): Reading {
  return { text, tokens: tokensOf(text), kind, globals: globalsFor(kind) };
}

const isInside = (token: Token, cursor: number): boolean =>
  token.from < cursor && (cursor < token.to || !isClosed(token));

/** The rest of a name in quotes, and its quote if that is missing. */
function choicesInLiteral(reading: Reading, literal: Token, number: number, cursor: number): Choice {
  const quote = isClosed(literal) ? "" : literal.text.charAt(0);
  const from = literal.from + 1;
  const to = isClosed(literal) ? literal.to - 1 : cursor;
  const options = (comparedAt(reading, number) ?? []).map((name) => ({ ...option(`${name}${quote}`), label: name }));
  return { from, to, options };
}

function optionsAt(reading: Reading, number: number): readonly Option[] {
  const { tokens } = reading;
  const before = tokens[number - 1];
  if (before?.text === ".") return optionsOf(pathBefore(reading, number - 1));
  if (before !== undefined && (isName(before) || /[)\]\w"']$/.test(before.text)) && before.text !== "in")
    return [option("in ", "x in list: whether the list has the value x")];
  const literals = comparedAt(reading, number) ?? [];
  const locals = localsAt(reading.text, tokens, number, reading.globals);
  return [
    ...literals.map((name) => option(JSON.stringify(name))),
    ...[...locals].map(([name, value]) => option(name, typeOf(value))),
    ...[...reading.globals.names].map(([name, value]) => option(name, told(value, sentenceOfGlobal(name)))),
    ...words,
  ];
}

const words: readonly Option[] = [
  option("true"),
  option("false"),
  option("size(", "size(list): how many elements it has"),
];

/** What stands behind a dot. */
function optionsOf(value: Value): readonly Option[] {
  if (value.kind === "list") return methods.map((name) => option(`${name}(`, listSentences[name]));
  if (value.kind !== "record") return [];
  return value.fields.map((name) => option(name, told(value.get(name) ?? unknown, sentenceOfField(value, name))));
}

const listSentences: Readonly<Record<(typeof methods)[number], string>> = {
  all: "list.all(x, c): c is true for every element x",
  exists: "list.exists(x, c): c is true for an element x",
  exists_one: "list.exists_one(x, c): c is true for exactly one element x",
  filter: "list.filter(x, c): the elements x for which c is true",
  map: "list.map(x, value), list.map(x, c, value): the value for each element x (for which c is true)",
  size: "list.size(): how many elements it has",
  sum: "list.sum(): the sum of a list of numbers",
};

const told = (value: Value, sentence: string): string =>
  [typeOf(value), sentence].filter((part) => part !== "").join(": ");

/** The names of the value with which the token is compared: `e.kind == `, `e.kind in [`. */
function comparedAt(reading: Reading, number: number): readonly string[] | undefined {
  const { tokens, kind } = reading;
  const before = tokens[number - 1]?.text;
  if (before === "==" || before === "!=") return literalsOf(pathBefore(reading, number - 1), kind.names);
  let open = number - 1;
  while (open >= 0 && /^[,"']/.test(tokens[open]?.text ?? "")) open--;
  if (tokens[open]?.text !== "[" || tokens[open - 1]?.text !== "in") return undefined;
  return literalsOf(pathBefore(reading, open - 1), kind.names);
}

/** The value of the path that ends before a token. */
function pathBefore({ text, tokens, globals }: Reading, end: number): Value {
  const start = startOfPath(tokens, end);
  if (start === undefined) return unknown;
  return valueOfTokens(text, tokens, [start, end], globals, localsAt(text, tokens, start, globals));
}

function explainName(reading: Reading, { text: name }: Token, number: number): string | undefined {
  const { tokens, globals, text } = reading;
  const line = (value: Value, sentence: string) => `${name}: ${told(value, sentence)}`;
  if (tokens[number - 1]?.text === ".") {
    const of = pathBefore(reading, number - 1);
    const method = of.kind === "list" ? methods.find((one) => one === name) : undefined;
    if (method !== undefined) return listSentences[method];
    const field = of.kind === "record" ? of.get(name) : undefined;
    return of.kind === "record" && field !== undefined ? line(field, sentenceOfField(of, name)) : undefined;
  }
  const local = localsAt(text, tokens, number, globals).get(name);
  if (local !== undefined) return line(local, "an element of the list");
  const global = globals.names.get(name);
  if (global !== undefined) return line(global, sentenceOfGlobal(name));
  return words.find(({ text: word }) => word === name || word === `${name}(`)?.detail || undefined;
}
