/**
 * From the text of a property to the expression that the checker evaluates, and to an explanation of why it is false.
 */
import type { Expr } from "../ir/expression.ts";
import type { EventType } from "../ir/program.ts";
import type { Schema } from "../ir/schema.ts";
import { enumeration } from "../ir/types.ts";
import { type CelNames, type CelNode, type Issue, parseCel } from "./cel.ts";
import { asBool } from "./coerce.ts";
import { compileNode } from "./compile-node.ts";
import { type Evaluate, type Explanation, explainValue } from "./explain.ts";
import { isTooLarge } from "./expression-size.ts";
import { type Globals, rootScope } from "./scope.ts";
import { celType, fromExpr, fromSchema, record, unknown, type Value } from "./values.ts";

/** The possible values of `step.actor`, `step.procedure` and `step.label`. */
export interface StepNames {
  readonly actors: readonly string[];
  readonly procedures: readonly string[];
  readonly labels: readonly string[];
}

/** The kind of a property: a step property sees `old` and `step`, and also `event` if it names one. */
export interface PropertyContext {
  readonly schema: Schema;
  readonly event?: EventType | undefined;
  readonly step?: StepNames | undefined;
  /** The text is one of ours. A test has the library check it; that takes longer than all else here. */
  readonly isKnownToBeCel?: boolean | undefined;
}

export type Compiled =
  | {
      readonly ok: true;
      readonly expr: Expr;
      /** Explains why the property is false in the state (or at the step) that `evaluate` reads. */
      readonly explain: (evaluate: Evaluate) => Explanation;
    }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function compileProperty(text: string, context: PropertyContext): Compiled {
  const parsed = parseCel(text);
  if (!parsed.ok) return parsed;
  const globals = globalsOf(context);
  const issues: Issue[] = [];
  const scope = rootScope(text, globals, issues);
  const value = compileNode(parsed.node, scope);
  const expr = asBool(value, parsed.node, scope);
  if (issues.length === 0 && context.isKnownToBeCel !== true) issues.push(...parsed.check(celNames(text, globals)));
  if (issues.length === 0 && isTooLarge(expr)) {
    const message =
      "the property is too large once its macros are unrolled; nest fewer lists, or use each part only once";
    issues.push({ offset: 0, length: text.length, message });
  }
  if (issues.length > 0) return { ok: false, issues: issues.sort((a, b) => a.offset - b.offset) };
  return { ok: true, expr, explain: (evaluate) => explain(parsed.node, text, globals, evaluate) };
}

function explain(node: CelNode, text: string, globals: Globals, evaluate: Evaluate): Explanation {
  const scope = { ...rootScope(text, globals, []), unroll: () => true };
  return explainValue(node, scope, evaluate);
}

interface SchemaValues {
  readonly now: ReadonlyMap<string, Value>;
  /** The record `old`. */
  readonly old: Value;
}

/** A scenario has many properties over one schema. The values of the schema are made only once. */
const valuesBySchema = new WeakMap<Schema, SchemaValues>();

function valuesOf(schema: Schema): SchemaValues {
  const known = valuesBySchema.get(schema);
  if (known !== undefined) return known;
  const values = (old: boolean) => {
    const entries = Object.entries(schema(old));
    return new Map(entries.map(([name, value]) => [name, fromSchema(value)] as const));
  };
  const before = values(true);
  const old = record("old", [...before.keys()], (name) => before.get(name) ?? unknown);
  const made = { now: values(false), old };
  valuesBySchema.set(schema, made);
  return made;
}

/** The names that a property can read, by its kind. */
export function globalsOf({ schema, event, step }: PropertyContext): Globals {
  const { now, old } = valuesOf(schema);
  const names = new Map(now);
  const absent = new Map<string, string>();
  const define = (name: string, value: Value | undefined, why: string) => {
    names.delete(name);
    if (value === undefined) absent.set(name, why);
    else names.set(name, value);
  };
  const ofSteps = event !== undefined || step !== undefined;
  define("old", ofSteps ? old : undefined, "`old` is the state before a step; a property of states does not have it");
  define("event", event && eventRecord(event), "`event` exists only in a step property that names its event");
  define("step", step && stepRecord(step), "`step` exists only in a step property");
  return { names, absent };
}

function eventRecord({ name, parameters }: EventType): Value {
  const fields = parameters.map((parameter) => parameter.name);
  return record(name, fields, (wanted) => {
    const position = fields.indexOf(wanted);
    const parameter = parameters[position];
    return parameter === undefined ? unknown : fromExpr({ op: "argument", type: parameter.type, position });
  });
}

function stepRecord(names: StepNames): Value {
  const parts = {
    actor: ["Actor", names.actors],
    procedure: ["Procedure", names.procedures],
    label: ["Label", names.labels],
  } as const;
  return record("step", Object.keys(parts), (wanted) => {
    const part = wanted as keyof typeof parts;
    const [name, literals] = parts[part];
    // Procedures share labels, but the literals of an enumeration must be distinct.
    return fromExpr({ op: "step", type: enumeration(name, [...new Set(literals)]), part });
  });
}

/**
 * Types for the library's check, only for the names that the text can mean; registering a whole schema each time would
 * take too long.
 */
function celNames(text: string, { names }: Globals): CelNames {
  const words = new Set(text.match(/[A-Za-z_]\w*/g));
  const mentioned = [...names].filter(([name]) => words.has(name));
  return Object.fromEntries(mentioned.map(([name, value]) => [name, celType(value)]));
}
