/** What names stand for in an expression: the compiler's own values, whose types do not depend on the scenario. */

import { outlineOperations } from "../../../model/build-model.ts";
import { listProcedures } from "../../../model/procedures.ts";
import { eventSentences, sentenceOf, stateSentences, stepSentences } from "../../../model/schema/sentences.ts";
import { type CelNode, parseCel } from "../../../properties/cel.ts";
import { globalsOf } from "../../../properties/compile.ts";
import { compileNode } from "../../../properties/compile-node.ts";
import { type Globals, rootScope, withLocal } from "../../../properties/scope.ts";
import { type RecordValue, type ScalarValue, unknown, type Value } from "../../../properties/values.ts";
import { macrosAround, type Token } from "./expression-text.ts";
import type { Names } from "./names.ts";
import { sampleModel } from "./sample-model.ts";

/** The kind of property that an expression belongs to. */
export interface ExpressionKind {
  readonly names: Names;
  /** What its "on" says: an event, "step", or undefined for a property of states. */
  readonly on: string | undefined;
}

export function globalsFor({ on }: ExpressionKind): Globals {
  const { program, schema } = sampleModel();
  const event = program.events.find(({ name }) => name === on);
  const literals = ["none"];
  const step = { actors: literals, procedures: literals, labels: literals };
  return globalsOf({ schema, event, step: on === undefined ? undefined : step });
}

/** The variables of the macros around a token. */
export function localsAt(
  text: string,
  tokens: readonly Token[],
  number: number,
  globals: Globals,
): ReadonlyMap<string, Value> {
  let locals: ReadonlyMap<string, Value> = new Map();
  for (const { list, variable } of macrosAround(tokens, number)) {
    const of = valueOfTokens(text, tokens, list, globals, locals);
    const element = of.kind === "list" ? (of.sample ?? unknown) : unknown;
    locals = new Map([...locals, [variable, element]]);
  }
  return locals;
}

/** The value of the part of the text from one token up to another; unknown if it is not an expression. */
export function valueOfTokens(
  text: string,
  tokens: readonly Token[],
  [start, end]: readonly [start: number, end: number],
  globals: Globals,
  locals: ReadonlyMap<string, Value>,
): Value {
  const part = text.slice(tokens[start]?.from, tokens[end - 1]?.to);
  const parsed = parseCel(part);
  return parsed.ok ? valueOfNode(parsed.node, part, globals, locals) : unknown;
}

function valueOfNode(node: CelNode, text: string, globals: Globals, locals: ReadonlyMap<string, Value>): Value {
  let scope = rootScope(text, globals, []);
  for (const [name, value] of locals) scope = withLocal(scope, name, value);
  return compileNode(node, scope);
}

/** The names that an enumeration can be compared with; undefined if the value is no enumeration. */
export function literalsOf(value: Value, names: Names): readonly string[] | undefined {
  if (value.kind !== "scalar" || typeof value.type === "string") return undefined;
  const { name, literals } = value.type;
  return (ofScenario[name] ?? (() => literals))(names);
}

/** By the name of the enumeration: those whose literals are names of the scenario or of the model. */
const ofScenario: Readonly<Record<string, (names: Names) => readonly string[]>> = {
  Process: ({ processes }) => processes,
  Address: ({ processes, vmasOf }) => [
    ...new Set(
      processes.flatMap((process) =>
        vmasOf(process).flatMap(({ name, pages }) => Array.from({ length: pages }, (_, page) => `${name}[${page}]`)),
      ),
    ),
  ],
  Actor: ({ actors }) => actors,
  Device: ({ devices }) => devices,
  Procedure: () => listProcedures(outlineOperations).map(({ name }) => name),
  Label: () => [...new Set(listProcedures(outlineOperations).flatMap(({ steps }) => steps.map(({ label }) => label)))],
};

/** The type in a few words: `number`, `true or false`, `"none", "present" or ...`, `list of Page`. */
export function typeOf(value: Value): string {
  switch (value.kind) {
    case "scalar":
      return typeOfScalar(value);
    case "record":
      return `record ${value.name}`;
    case "list":
      return value.sample === undefined
        ? "list"
        : `list of ${value.sample.kind === "record" ? value.sample.name : typeOf(value.sample)}`;
    case "text":
      return "string";
    case "unknown":
      return "";
  }
}

function typeOfScalar({ type }: ScalarValue): string {
  if (type === "int") return "number";
  if (type === "bool") return "true or false";
  return `name (${type.name})`;
}

/** What a list of the state, `old`, `event` or `step` is. */
export function sentenceOfGlobal(name: string): string {
  return stateSentences[name]?.sentence ?? stepSentences[name] ?? "";
}

export function sentenceOfField(record: RecordValue, field: string): string {
  if (record.name === "old") return sentenceOfGlobal(field);
  const ofState = stateSentences[listOf(record) ?? ""]?.fields ?? [];
  return sentenceOf(ofState, field) ?? sentenceOf(eventSentences, field) ?? "";
}

/** The list whose elements are such records. A word of a page-table entry has fields of `ptes`. */
function listOf({ name, word }: RecordValue): string | undefined {
  if (word !== undefined) return "ptes";
  const lists = Object.entries(sampleModel().schema(false));
  return lists.find(([, value]) => {
    const element = value.kind === "list" ? value.at(0) : value;
    return element.kind === "record" && element.name === name;
  })?.[0];
}
