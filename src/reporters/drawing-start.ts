/** Where a drawing begins: the first values of the variables that it speaks of, unless they are empty. */
import { compactName, compactValue } from "../trace/change-text.ts";
import type { Trace } from "../trace/format.ts";
import { mailWidth } from "./drawing-columns.ts";

/** More would keep a reader from the drawing. */
const mostStartLines = 3;
/** Values that say only that nothing is there yet. */
const empty = /^(-|0|none|free|false|nothing|not_started)$/;
/** A change of them shows the first value anyway. */
const plain = /^(true|running)$/;

/** `variables`: those of the causes first; if there are too many, the last ones are left out. */
export function startLines({ initial }: Trace, variables: Iterable<string>): readonly string[] {
  const told = [...new Set(variables)].filter((variable) => {
    const value = initial[variable];
    return value !== undefined && !empty.test(value) && !plain.test(value);
  });
  for (let most = told.length; most > 0; most--) {
    const shown = Object.entries(initial).filter(([variable]) => told.slice(0, most).includes(variable));
    const lines = unbroken(shown.map(([variable, value]) => `${compactName(variable)}: ${compactValue(value)}`));
    if (lines.length <= mostStartLines) return lines;
  }
  return [];
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
