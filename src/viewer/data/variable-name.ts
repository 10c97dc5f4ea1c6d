/** The name of a variable's element, taken apart: `pte[parent][buf[0]]` is the family `pte` at `parent` and `buf[0]`. */

export interface VariableName {
  readonly family: string;
  readonly labels: readonly string[];
}

/** A name whose brackets do not match is a family of its own. */
export function parseName(name: string): VariableName {
  const whole: VariableName = { family: name, labels: [] };
  const start = name.indexOf("[");
  if (start <= 0 || !name.endsWith("]")) return whole;
  const labels: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < name.length; at++) {
    if (name[at] === "[" && depth++ === 0) from = at + 1;
    else if (name[at] === "]" && --depth === 0) labels.push(name.slice(from, at));
    else if (depth <= 0) return whole;
  }
  return depth === 0 ? { family: name.slice(0, start), labels } : whole;
}
