import type { SymmetryLeftOut } from "./report.ts";

/** One sentence that says why a symmetry was not used. The JSON report has all expressions in full. */
export function leftOutSentence({ name, elements, because }: SymmetryLeftOut): string {
  const [first, ...others] = because;
  if (first === undefined) return "";
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `${name} ${elements.join(", ")} are not interchangeable here: ${first.name} may tell them apart: ${shortened(first.expr)}${more}`;
}

const longest = 160;

function shortened(expr: string): string {
  const line = expr.replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}...`;
}
