/**
 * The boundary to the CEL library: its parser, its type checker, its syntax tree. No other file imports the library, so
 * its errors (which carry rendered source) and its peculiarities stay here.
 */
import { type ASTNode, Environment, ParseError, type SourceRange, type TypeCheckResult } from "@marcbachmann/cel-js";

export type CelNode = ASTNode;

/** What is wrong with a property's text, and where: `offset` and `length` count UTF-16 units within the CEL text. */
export interface Issue {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
  /** The name of an enumeration, and the text that is none of its literals. */
  readonly notALiteral?: { readonly of: string; readonly text: string };
}

export type Parsed =
  | {
      readonly ok: true;
      readonly source: string;
      readonly node: CelNode;
      readonly check: (names: CelNames) => readonly Issue[];
    }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * The types that CEL sees. To CEL, enumerations are strings. A record's name is used in messages and need not be
 * unique.
 */
export type CelType = "int" | "bool" | "string" | CelRecord | { readonly list: CelType };

export interface CelRecord {
  readonly record: string;
  readonly fields: Readonly<Record<string, CelType>>;
}

export type CelNames = Readonly<Record<string, CelType>>;

/** Every scenario has the same built-in properties. */
const parsedTexts = new Map<string, Parsed>();

/** Parses the text. Every error is an issue, never an exception. */
export function parseCel(source: string): Parsed {
  const parsed = parsedTexts.get(source) ?? parse(source);
  parsedTexts.set(source, parsed);
  return parsed;
}

function parse(source: string): Parsed {
  if (source.trim() === "") {
    return { ok: false, issues: [{ offset: 0, length: source.length, message: "the expression is empty" }] };
  }
  if (source.length > maxLength) {
    const message = `the expression has ${source.length} characters; expected at most ${maxLength}`;
    return { ok: false, issues: [{ offset: maxLength, length: 1, message }] };
  }
  const signs = manySigns(source);
  if (signs !== undefined) return { ok: false, issues: [{ ...signs, message: limitMessages.maxDepth(maxNesting) }] };
  try {
    const node = new Environment({ limits: { maxDepth: maxNesting } }).parse(source).ast;
    const deep = firstTooDeep(node);
    if (deep !== undefined) {
      const place = { offset: deep.start, length: deep.end - deep.start };
      return { ok: false, issues: [{ ...place, message: limitMessages.maxDepth(maxNesting) }] };
    }
    return { ok: true, source, node, check: typeCheckOf(source) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { ok: false, issues: [issueOf(error, source)] };
  }
}

/** Longer texts, or more deeply nested ones, overflow the stack of the recursive code that reads them. */
const maxLength = 50_000;
const maxNesting = 250;

/** The place where too many negations follow each other: the parser recurses over them without counting. */
function manySigns(source: string): Pick<Issue, "offset" | "length"> | undefined {
  const stringOrSigns = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[!-](?:\s*[!-])*/gs;
  for (const { 0: found, index } of source.matchAll(stringOrSigns))
    if (/^[!-]/.test(found) && found.replace(/\s/g, "").length > maxNesting)
      return { offset: index, length: found.length };
  return undefined;
}

/** The library counts brackets and the like, but a chain of operators nests just as deep. */
function firstTooDeep(root: CelNode): CelNode | undefined {
  let level: readonly CelNode[] = [root];
  for (let depth = 1; depth <= maxNesting && level.length > 0; depth++) level = level.flatMap(partsOf);
  return level[0];
}

function partsOf(node: CelNode): readonly CelNode[] {
  return nodesIn(node.args);
}

function nodesIn(args: unknown): readonly CelNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === "object" && args !== null && "op" in args ? [args as CelNode] : [];
}

/**
 * The library's own type check. The compiler checks types itself, with better messages. This second check keeps the
 * language a part of CEL, so that other CEL tools read our properties as we do. Most scenarios give names the same types,
 * and to register types takes longer than all else, so results are kept.
 */
function typeCheckOf(source: string): (names: CelNames) => readonly Issue[] {
  const results = new Map<string, readonly Issue[]>();
  return (names) => {
    const types = Object.entries(names).map(([name, type]) => `${name}: ${textOf(type)}`);
    const key = types.join("; ");
    const issues = results.get(key) ?? typeCheck(source, names);
    results.set(key, issues);
    return issues;
  };
}

function typeCheck(source: string, names: CelNames): readonly Issue[] {
  const result: TypeCheckResult = environment(names).check(source);
  return result.error === undefined ? [] : [issueOf(result.error, source)];
}

const texts = new WeakMap<object, string>();

function textOf(type: CelType): string {
  if (typeof type === "string") return type;
  const text = texts.get(type) ?? JSON.stringify(type);
  texts.set(type, text);
  return text;
}

function issueOf(error: { readonly summary: string; readonly range?: SourceRange }, source: string): Issue {
  const start = error.range?.start ?? 0;
  const length = error.range === undefined ? source.length : Math.max(0, error.range.end - start);
  const message = readable(error.summary);
  // The one mistake of this kind that programmers make.
  const hint = message.includes("unexpected character") && source[start] === "=" ? { hint: "== compares" } : {};
  return { offset: start, length, message, ...hint };
}

/** An environment that knows the given names, and `list<int>.sum()`, which is our only addition to the language. */
function environment(names: CelNames): Environment {
  const made = new Environment();
  made.registerFunction("list<int>.sum(): int", (numbers: readonly bigint[]) => numbers.reduce((a, b) => a + b, 0n));
  const registered = new Map<string, string>();
  for (const [name, type] of Object.entries(names)) made.registerVariable(name, typeName(type, made, registered));
  return made;
}

function typeName(type: CelType, made: Environment, registered: Map<string, string>): string {
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${typeName(type.list, made, registered)}>`;
  const fields: Record<string, string> = {};
  for (const [field, fieldType] of Object.entries(type.fields)) fields[field] = typeName(fieldType, made, registered);
  const shape = JSON.stringify([type.record, fields]);
  const known = registered.get(shape);
  if (known !== undefined) return known;
  // Two records may share a name (a page-table entry, and the word in which it is stored). The library's types may not.
  const stem = type.record.replace(/[^A-Za-z0-9_]/g, "_");
  const name = [...registered.values()].includes(stem) ? `${stem}_${registered.size}` : stem;
  made.registerType(name, { fields });
  // Only the check runs here. The compiled expression compares values.
  made.registerOperator(`${name} == ${name}`, (left: unknown, right: unknown) => left === right);
  registered.set(shape, name);
  return name;
}

const tokens: Readonly<Record<string, string>> = {
  EOF: "the end",
  NUMBER: "a number",
  STRING: "a string",
  BYTES: "bytes",
  BOOLEAN: "a boolean",
  NULL: "null",
  IDENTIFIER: "a name",
  PLUS: "`+`",
  MINUS: "`-`",
  MULTIPLY: "`*`",
  DIVIDE: "`/`",
  MODULO: "`%`",
  EQ: "`==`",
  NE: "`!=`",
  LT: "`<`",
  LE: "`<=`",
  GT: "`>`",
  GE: "`>=`",
  AND: "`&&`",
  OR: "`||`",
  NOT: "`!`",
  IN: "`in`",
  LPAREN: "`(`",
  RPAREN: "`)`",
  LBRACKET: "`[`",
  RBRACKET: "`]`",
  LBRACE: "`{`",
  RBRACE: "`}`",
  DOT: "`.`",
  COMMA: "`,`",
  COLON: "`:`",
  QUESTION: "`?`",
};

const limitMessages: Readonly<Record<string, (limit: number) => string>> &
  Record<"maxDepth", (limit: number) => string> = {
  maxDepth: (limit) => `nested more than ${limit} levels deep`,
  maxAstNodes: (limit) => `the expression has more than ${limit} parts`,
  maxListElements: (limit) => `the list has more than ${limit} elements`,
  maxMapEntries: (limit) => `the map has more than ${limit} entries`,
  maxCallArguments: (limit) => `the call has more than ${limit} arguments`,
};

/**
 * The library's message in our words: the library uses its own token names and begins messages with a capital letter.
 */
function readable(summary: string): string {
  const [, limit = "", amount] = /^Exceeded (\w+) \((\d+)\)/.exec(summary) ?? [];
  const limited = limitMessages[limit];
  if (limited !== undefined) return limited(Number(amount));
  const words = summary.replace(/\b[A-Z]{2,}\b/g, (token) => tokens[token] ?? token);
  return words.charAt(0).toLowerCase() + words.slice(1);
}
