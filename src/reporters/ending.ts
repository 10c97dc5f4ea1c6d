/** What goes wrong at the end of a trace, in two lines or so; the drawing above has shown how it came about. */
import { inOrderOfBlame, type Reason, reasonsFor } from "../trace/cause-text.ts";
import { type Trace, type Violation, witnessedBy } from "../trace/format.ts";

/** Longer formulas explain nothing in a mail. */
const longestFormula = 60;

export function endingOf(trace: Trace): string {
  const { property, violation, steps } = trace;
  const last = steps.at(-1);
  if (last === undefined && violation.kind === "witness") return `The initial state satisfies "${witnessedBy(trace)}".`;
  if (last === undefined) return `The initial state violates ${property}: ${violation.message}.`;
  const who = `In ${last.procedure}(), ${last.actor}`;
  const reasons = reasonsFor(trace).map((reason) => reasonText(reason, last.actor));
  switch (violation.kind) {
    case "step":
    case "state":
      return `${who} violates ${property}${listed(reasons.length > 0 ? reasons : factsOf(violation))}.`;
    case "assertion":
      return `${who} violates ${property}: ${violation.message}${reasons.length > 0 ? `, since ${reasons.join(" and ")}` : ""}.`;
    case "range":
      return `${who} takes a value of the model out of its range: ${violation.message}.`;
    case "deadlock": {
      const names = inOrderOfBlame(violation.blocked ?? []).map(({ actor }) => actor);
      return `No actor can take a step, which violates ${property}. Not finished: ${names.join(", ")}.`;
    }
    case "livelock":
      return `This violates ${property}: ${violation.message}.`;
    case "witness":
      return `${who} reaches a state that satisfies "${witnessedBy(trace)}"${listed(reasons)}.`;
    case "none":
      return "No property is violated here.";
  }
}

/** `the page that faulter uses was freed (by zapper)` */
function reasonText({ text, since: { actor } }: Reason, last: string): string {
  return actor === last || text.includes(actor) ? text : `${text} (by ${actor})`;
}

/** The part of the property that fails, if it is short; its values. */
function factsOf({ explanation }: Violation): readonly string[] {
  if (explanation === undefined) return [];
  const { text, is, values } = explanation;
  const facts = values
    .filter((fact) => fact.text.length <= longestFormula)
    .map((fact) => `${fact.text} is ${fact.value}`);
  return text.length <= longestFormula ? [`${text} must be ${!is}`, ...facts] : facts;
}

function listed(facts: readonly string[]): string {
  return facts.length === 0 ? "" : `: ${facts.join("; ")}`;
}
