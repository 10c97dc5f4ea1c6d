/** The body of one step, under one choice number, as Promela statements. */

import { type Range, valueRange } from "../../codegen/analysis/value-range.ts";
import { isConstant } from "../../ir/expression.ts";
import type { LocationId } from "../../ir/indices.ts";
import { at } from "../../ir/lookup.ts";
import type { EventType } from "../../ir/program.ts";
import type { Statement } from "../../ir/statement.ts";
import { rangeOf } from "../../ir/types.ts";
import { holds } from "./enabled.ts";
import { type ExpressionContext, indexesItself, insideText, promela } from "./expression.ts";
import type { Scratch } from "./scratch.ts";

export interface StatementContext extends ExpressionContext {
  readonly scratch: Scratch;
  /** The flag that an `assert` clears; undefined if its property is not checked. */
  readonly flagOf: (property: string) => string | undefined;
  /** The flag that says that no value left its range. */
  readonly rangeFlag: () => string;
  /** The variables that hold an event; undefined if no check refers to it. */
  readonly eventOf: (event: string) => EventVariables | undefined;
  /** What an alternative needs that no run takes for ever. */
  readonly finitelyOften: readonly string[];
  /** The statement that moves the actor to a location. */
  readonly goto: (location: LocationId) => string;
}

export interface EventVariables {
  readonly type: EventType;
  /** Set if the event was emitted. */
  readonly seen: string;
  readonly args: readonly string[];
}

/** Statements with the semicolons that they need; none if there is nothing to do. */
export function statementLines(
  statements: readonly Statement[],
  rest: number,
  context: StatementContext,
): readonly string[] {
  const lines: string[] = [];
  const of = (expr: Parameters<typeof promela>[0]): string => promela(expr, context);
  for (const [position, statement] of statements.entries()) {
    switch (statement.op) {
      case "assign":
        lines.push(...assignment(statement, context));
        break;
      case "await":
        // The step's guard guarantees this. If the guard were wrong, SPIN would report that the sequence blocks.
        lines.push(`${of(statement.condition)};`);
        break;
      case "assert": {
        if (isConstant(statement.condition) && statement.condition.value !== 0) break;
        const flag = context.flagOf(statement.property);
        if (flag !== undefined) lines.push(`${flag} = (${flag} && ${of(statement.condition)});`);
        break;
      }
      case "emit": {
        const event = context.eventOf(statement.event);
        if (event === undefined) break;
        lines.push(...event.args.map((name, i) => `${name} = ${of(at(statement.args, i))};`), `${event.seen} = 1;`);
        break;
      }
      case "if": {
        // If a path ends the step or uses up choices, the following statements depend on the path taken.
        const parts = holds([statement], "goto", "choose");
        const others = parts ? statements.slice(position + 1) : [];
        const path = (body: readonly Statement[]) => statementLines([...body, ...others], rest, context);
        lines.push(...branch(of(statement.condition), path(statement.then), path(statement.otherwise)));
        if (parts) return lines;
        break;
      }
      case "choose": {
        const { alternatives } = statement;
        const taken = at(alternatives, rest % alternatives.length);
        const others = statements.slice(position + 1);
        const left = Math.floor(rest / alternatives.length);
        const marked = taken.finitelyOften === true ? context.finitelyOften : [];
        return [...lines, ...marked, ...statementLines([...taken.body, ...others], left, context)];
      }
      case "goto":
        return [...lines, rest === 0 ? context.goto(statement.location) : "assert(false); /* not enabled */"];
    }
  }
  return lines;
}

function assignment(
  { target, value }: Extract<Statement, { op: "assign" }>,
  context: StatementContext,
): readonly string[] {
  const { name, bias } = context.names.cellOf(target.variable);
  const { size, type } = target.variable;
  const elements: Range = [0, size - 1];
  const position = promela(target.index, context);
  const index = held(context, {
    name: "held_index",
    text: position,
    range: valueRange(target.index),
    legal: elements,
    mustHold: indexesItself(position, name),
  });
  const assigned = held(context, {
    name: "held_value",
    text: promela(value, context),
    range: valueRange(value),
    legal: rangeOf(type),
    mustHold: false,
  });
  const make = `${size === 1 ? name : `${name}[${index.text}]`} = ${assigned.text}${bias === 0 ? "" : ` + ${bias}`};`;
  const inside = [index.inside, assigned.inside].filter((condition) => condition !== undefined);
  const before = [...index.before, ...assigned.before];
  if (inside.length === 0) return [...before, make];
  return [...before, ...branch(inside.join(" && "), [make], [`${context.rangeFlag()} = 0;`])];
}

interface HeldValue {
  /** Of the variable that holds it. */
  readonly name: string;
  readonly text: string;
  readonly range: Range;
  readonly legal: Range;
  /** Whether to store it even if its range needs no check. */
  readonly mustHold: boolean;
}

/** A value whose range is checked is evaluated only once. */
function held(
  { scratch }: StatementContext,
  { name, text, range, legal, mustHold }: HeldValue,
): { readonly text: string; readonly before: readonly string[]; readonly inside: string | undefined } {
  if (!mustHold && insideText(text, range, legal) === undefined) return { text, before: [], inside: undefined };
  const kept = scratch.use(name, "int");
  return { text: kept, before: [`${kept} = ${text};`], inside: insideText(kept, range, legal) };
}

export function branch(condition: string, then: readonly string[], otherwise: readonly string[]): readonly string[] {
  if (then.length + otherwise.length === 0) return [];
  return ["if", ...option(`:: ${condition} ->`, then), ...option(":: else ->", otherwise), "fi;"];
}

export function option(head: string, lines: readonly string[]): readonly string[] {
  const [only = "skip;", ...more] = lines;
  return more.length === 0 ? [`${head} ${only}`] : [head, ...lines.map((line) => `   ${line}`)];
}
