/** A property as data, and the checks that the checker runs for it. */
import type { Expr } from "../ir/expression.ts";
import type { EventType } from "../ir/program.ts";
import type { Check, Property } from "../ir/property.ts";
import type { Issue } from "./cel.ts";
import { type Compiled, compileProperty, type PropertyContext, type StepNames } from "./compile.ts";
import type { Evaluate, Explanation } from "./explain.ts";
import { listed, suggestion } from "./scope.ts";

export interface PropertyDefinition {
  readonly name: string;
  /** What the property promises, in one sentence. */
  readonly sentence: string;
  readonly checks: readonly CheckDefinition[];
  /** Checked only if it is named: the kernel does not promise it. */
  readonly optional?: true;
}

/** `premise` and `expr` are CEL texts. If no state or step makes a premise true, the check was never tested. */
export type CheckDefinition =
  | { readonly kind: "state"; readonly premise?: string | undefined; readonly expr: string }
  | {
      readonly kind: "step";
      /** The event of the check. Without one, the check is about every step. */
      readonly on?: string | undefined;
      readonly premise?: string | undefined;
      readonly expr: string;
    }
  | { readonly kind: "assertion" }
  | { readonly kind: "deadlock" }
  | { readonly kind: "can-finish" }
  | { readonly kind: "ends-alone" }
  | { readonly kind: "ends-together" };

/** The program for which a property is compiled. */
export interface DefinitionContext extends StepNames, Pick<PropertyContext, "schema" | "isKnownToBeCel"> {
  readonly events: readonly EventType[];
}

export interface DefinitionIssue extends Issue {
  /** Position in `checks`, and which of its texts is meant. */
  readonly check: number;
  readonly part: "premise" | "expr" | "on";
}

export interface CompiledDefinition {
  readonly property: Property;
  /** For each check, why its condition has the value that it has; undefined for checks without a text. */
  readonly explain: readonly (((evaluate: Evaluate) => Explanation) | undefined)[];
}

export type DefinitionResult =
  | ({ readonly ok: true } & CompiledDefinition)
  | { readonly ok: false; readonly issues: readonly DefinitionIssue[] };

export function compileDefinition(definition: PropertyDefinition, context: DefinitionContext): DefinitionResult {
  const issues: DefinitionIssue[] = [];
  const compiled = definition.checks.map((check, position) => {
    const result = compileCheck(check, context);
    issues.push(...result.issues.map((issue) => ({ ...issue, check: position })));
    return result;
  });
  if (issues.length > 0) return { ok: false, issues };
  const { name, sentence } = definition;
  const checks = compiled.flatMap(({ check }) => check ?? []);
  return { ok: true, property: { name, sentence, checks }, explain: compiled.map((one) => one.explain) };
}

interface CompiledCheck {
  readonly check?: Check;
  readonly explain?: ((evaluate: Evaluate) => Explanation) | undefined;
  readonly issues: readonly Omit<DefinitionIssue, "check">[];
}

function compileCheck(check: CheckDefinition, context: DefinitionContext): CompiledCheck {
  const { schema, isKnownToBeCel } = context;
  switch (check.kind) {
    case "assertion":
    case "deadlock":
    case "can-finish":
    case "ends-alone":
    case "ends-together":
      return { check, issues: [] };
    case "state":
      return compileTexts(check, { schema, isKnownToBeCel }, (premise, condition) => ({
        kind: "state",
        premise,
        condition,
      }));
    case "step": {
      const event = context.events.find(({ name }) => name === check.on);
      if (check.on !== undefined && event === undefined) return { issues: [unknownEvent(check.on, context.events)] };
      return compileTexts(check, { schema, isKnownToBeCel, event, step: context }, (premise, condition) => ({
        kind: "step",
        event: check.on,
        premise,
        condition,
      }));
    }
  }
}

function compileTexts(
  texts: { readonly premise?: string | undefined; readonly expr: string },
  context: PropertyContext,
  make: (premise: Expr | undefined, condition: Expr) => Check,
): CompiledCheck {
  const premise = texts.premise === undefined ? undefined : compileProperty(texts.premise, context);
  const condition = compileProperty(texts.expr, context);
  const issues = [...issuesOf("premise", premise), ...issuesOf("expr", condition)];
  if (!condition.ok || premise?.ok === false) return { issues };
  return { check: make(premise?.expr, condition.expr), explain: condition.explain, issues };
}

function issuesOf(part: "premise" | "expr", compiled: Compiled | undefined): Omit<DefinitionIssue, "check">[] {
  if (compiled === undefined || compiled.ok) return [];
  return compiled.issues.map((issue) => ({ ...issue, part }));
}

function unknownEvent(name: string, events: readonly EventType[]): Omit<DefinitionIssue, "check"> {
  const names = events.map((event) => event.name);
  const message = `there is no event \`${name}\`; the events are ${listed(name, names)}`;
  const issue = { part: "on", offset: 0, length: name.length, message } as const;
  const hint = suggestion(name, names);
  return hint === undefined ? issue : { ...issue, hint };
}
