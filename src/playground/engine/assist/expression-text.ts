/** Reads the text of an expression that may be incomplete: its tokens, and what stands before a place. */

export interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const pattern = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[A-Za-z_]\w*|\d+|&&|\|\||[=!<>]=|\S/gs;

/** Without the space between them. A string without an end runs to the end of the text. */
export function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
    text: found,
    from: index,
    to: index + found.length,
  }));
}

export const isName = ({ text }: Token): boolean => /^[A-Za-z_]/.test(text);
export const isString = ({ text }: Token): boolean => /^["']/.test(text);
export const isClosed = ({ text }: Token): boolean => text.length > 1 && text.endsWith(text.charAt(0));

const opening: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

/** The number of the token at which `pages[e.pfn].refcount` begins, if `end` is the number of the token after it. */
export function startOfPath(tokens: readonly Token[], end: number): number | undefined {
  let start = end - 1;
  for (;;) {
    const token = tokens[start];
    if (token === undefined) return undefined;
    if (isName(token)) {
      if (tokens[start - 1]?.text !== ".") return start;
      start -= 2;
      continue;
    }
    const open = opening[token.text] === undefined ? undefined : openingOf(tokens, start);
    if (open === undefined) return undefined;
    const before = tokens[open - 1];
    const belongs = before !== undefined && (isName(before) || before.text in opening) && before.text !== "in";
    if (!belongs) return open;
    start = open - 1;
  }
}

function openingOf(tokens: readonly Token[], closing: number): number | undefined {
  let depth = 0;
  for (let at = closing; at >= 0; at--) {
    const text = tokens[at]?.text ?? "";
    if (text in opening) depth += 1;
    else if (text === "(" || text === "[") depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** A macro around a place, such as `pages.all(p, `. */
export interface Around {
  /** The numbers of the tokens of the list: the first, and the one after the last. */
  readonly list: readonly [start: number, end: number];
  readonly variable: string;
}

/** The macros that the token with this number stands in, the outermost first. */
export function macrosAround(tokens: readonly Token[], number: number): readonly Around[] {
  const open: number[] = [];
  for (let at = 0; at < number; at++) {
    const text = tokens[at]?.text;
    if (text === "(" || text === "[") open.push(at);
    else if (text === ")" || text === "]") open.pop();
  }
  return open.flatMap((at) => {
    const [dot, variable, comma] = [tokens[at - 2], tokens[at + 1], tokens[at + 2]];
    const end = at - 2;
    const start = dot?.text === "." ? startOfPath(tokens, end) : undefined;
    const isBound = at + 2 < number && comma?.text === "," && variable !== undefined && isName(variable);
    return start !== undefined && isBound ? [{ list: [start, end], variable: variable.text }] : [];
  });
}
