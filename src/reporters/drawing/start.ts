/** Where a drawing begins: the first values of the variables that it speaks of, unless they are empty. */
import { mailWidth } from "../../text/paragraph.ts";
import { compactName, compactValue } from "../../trace/change-text.ts";
import type { Trace } from "../../trace/format.ts";
import { causesOf } from "./causes.ts";
import type { Note } from "./notes.ts";

/** More would keep a reader from the drawing. */
const mostStartLines = 3;
/** Values that say only that nothing is there yet. */
const empty = /^(-|0|none|free|false|nothing|not_started)$/;
/** A change of them shows the first value anyway. */
const plain = /^(true|running)$/;

/** `told`: all notes of the drawing, in its order. If there are too many variables, the last ones are left out. */
export function startLines(trace: Trace, told: readonly Note[]): readonly string[] {
  const { initial } = trace;
  const variables = [...new Set(variablesOf(trace, told))].filter((variable) => {
    const value = initial[variable];
    return value !== undefined && !empty.test(value) && !plain.test(value);
  });
  for (let most = variables.length; most > 0; most--) {
    const shown = Object.entries(initial).filter(([variable]) => variables.slice(0, most).includes(variable));
    const lines = unbroken(shown.map(([variable, value]) => `${compactName(variable)}: ${compactValue(value)}`));
    if (lines.length <= mostStartLines) return lines;
  }
  return [];
}

/**
 * The variables that the drawing speaks of, the causes first. If the first step that speaks of a variable found another
 * value than the first one, a folded step changed it; the first value would then contradict what is drawn.
 */
function variablesOf(trace: Trace, told: readonly Note[]): readonly string[] {
  const firstFound = new Map(
    told.flatMap(({ found }) => found.map(({ variable, value }) => [variable, value] as const)).toReversed(),
  );
  const byWeight = told.toSorted((one, other) => other.weight - one.weight).flatMap(({ found }) => found);
  return [...causesOf(trace), ...byWeight]
    .map(({ variable }) => variable)
    .filter((variable) => !firstFound.has(variable) || firstFound.get(variable) === trace.initial[variable]);
}

/** Breaks lines only between variables. */
function unbroken(told: readonly string[]): readonly string[] {
  const lines = ["At the start:"];
  for (const [position, one] of told.entries()) {
    const text = position < told.length - 1 ? `${one},` : one;
    const longer = `${lines.at(-1)} ${text}`;
    if (longer.length <= mailWidth) lines.splice(-1, 1, longer);
    else lines.push(`  ${text}`);
  }
  return lines;
}
