/** What goes wrong at the end of a trace, in two lines or so; the drawing above has shown how it came about. */
import { factsAtEnd, type Reason, reasonsFor } from "../trace/cause-text.ts";
import { type Trace, type Violation, witnessedBy } from "../trace/format.ts";
import { waitsInWords } from "./deadlock-words.ts";

/** Longer formulas explain nothing in a mail. */
const longestFormula = 60;

export function endingOf(trace: Trace): string {
  const { property, violation, steps } = trace;
  const last = steps.at(-1);
  if (last === undefined && violation.kind === "witness") return `The initial state satisfies "${witnessedBy(trace)}".`;
  if (last === undefined) return `The initial state violates ${property}: ${violation.message}.`;
  const who = `At ${last.label} in ${last.procedure}(), ${last.actor}`;
  const reasons = reasonsFor(trace).map((reason) => reasonText(reason, last.actor));
  switch (violation.kind) {
    case "step":
    case "state": {
      const values = together(factsAtEnd(trace).map(({ text }) => text));
      const why = reasons.length > 0 && (violation.kind === "step" || values.length === 0) ? reasons : values;
      return `${who} ${doesOf(trace)} ${property}${listed(why.length > 0 ? why : formulasOf(violation))}.`;
    }
    case "assertion":
      return `${who} violates ${property}: ${violation.message}${reasons.length > 0 ? `, since ${reasons.join(" and ")}` : ""}.`;
    case "range":
      return `${who} takes a value of the model out of its range: ${violation.message}.`;
    case "deadlock":
      return `No actor can take a step, which violates ${property}: ${waitsInWords(trace)}.`;
    case "livelock":
    case "loop":
      return `This violates ${property}: ${violation.message}.`;
    case "witness":
      return `${who} reaches a state that satisfies "${witnessedBy(trace)}"${listed(reasons)}.`;
    case "none":
      return "No property is violated here.";
  }
}

/** `the page that faulter took was freed (by zapper)` */
function reasonText({ text, since: { actor } }: Reason, last: string): string {
  return actor === last || text.includes(actor) ? text : `${text} (by ${actor})`;
}

/** `violates`, or `locks P0, which violates` if the property is about an event. */
function doesOf({ violation: { kind, message } }: Trace): string {
  const [, does] = /^\S+ (.*, which violates) the property$/.exec(message) ?? [];
  return kind === "step" && does !== undefined && !does.startsWith("takes a step") ? does : "violates";
}

/** The values of the part of the property that fails; the part itself only if it has no values. Without long formulas. */
function formulasOf({ explanation }: Violation): readonly string[] {
  if (explanation === undefined) return [];
  const isShort = ({ text }: { readonly text: string }) => text.length <= longestFormula;
  const facts = explanation.values.filter(isShort).map(({ text, value }) => `${text} is ${value}`);
  if (facts.length > 0) return together(facts);
  return isShort(explanation) ? [`${explanation.text} must be ${!explanation.is}`] : [];
}

/** Two values are read together: one of them does not fit the other. */
function together(values: readonly string[]): readonly string[] {
  return values.length === 2 ? [values.join(" while ")] : values;
}

function listed(facts: readonly string[]): string {
  return facts.length === 0 ? "" : `: ${facts.join("; ")}`;
}
