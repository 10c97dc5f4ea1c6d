/** JSON for a reader: what fits into a line stands on one. */

const width = 100;

/** Everything on one line if there is room behind `indent`. The outermost value never is. */
export function laidOut(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{ ", " }"];
  const write = (inner: string): readonly string[] =>
    Array.isArray(value)
      ? value.map((each) => laidOut(each, inner))
      : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${laidOut(each, inner)}`);
  const lines = write(`${indent}  `);
  if (lines.length === 0) return open.trim() + close.trim();
  const flat = `${open}${lines.join(", ")}${close}`;
  if (indent !== "" && !flat.includes("\n") && indent.length + flat.length <= width) return flat;
  return `${open.trim()}\n${lines.map((line) => `${indent}  ${line}`).join(",\n")}\n${indent}${close.trim()}`;
}
