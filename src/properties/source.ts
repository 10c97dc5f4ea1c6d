import type { Range } from "./scope.ts";

/** The text of a part of a property, on one line, with the parentheses that the parser left out of its range. */
export function sourceOf(source: string, { start, end }: Range): string {
  let [from, to] = [start, end];
  let [missing, open] = unbalanced(source.slice(from, to));
  while (missing > 0 && from > 0) if (source[--from] === "(") missing -= 1;
  while (open > 0 && to < source.length) if (source[to++] === ")") open -= 1;
  return source.slice(from, to).replace(/\s+/g, " ").trim();
}

/** How many parentheses close without an opening one, and how many stay open. Strings are skipped. */
function unbalanced(text: string): [missing: number, open: number] {
  let [missing, open] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]/g)) {
    if (token === "(") open += 1;
    else if (token === ")") {
      if (open > 0) open -= 1;
      else missing += 1;
    }
  }
  return [missing, open];
}
