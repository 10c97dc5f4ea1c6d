/** Changes of single lines in a function of a C file. Lines are compared without their indentation. */
import { at } from "../../src/ir/lookup.ts";

/** Replaces a run of consecutive lines of one function. */
export interface LineEdit {
  readonly function: string;
  readonly find: readonly string[];
  /** Lines in place of the found ones, with the indentation of the first. None: the lines are removed. */
  readonly replace: readonly string[];
  /** How often the run of lines is in the function; each is replaced. Default 1. */
  readonly times?: number;
}

/**
 * The text after the edit. Throws an Error if the text has not exactly one function of that name, or if the lines are
 * not in it as often as the edit says: then the edit was not written for this text.
 */
export function editLines(text: string, edit: LineEdit): string {
  const lines = text.split("\n");
  const { first, last } = bodyOf(lines, edit.function);
  const found = startsOf(lines, edit.find, first, last);
  const times = edit.times ?? 1;
  if (found.length !== times)
    throw new Error(
      `${edit.function}() has "${edit.find.join(" ")}" ${found.length} times, not ${times}: the edit was not written for this source`,
    );
  for (const start of found.toReversed()) {
    const indent = at(lines, start).replace(/\S.*$/, "");
    lines.splice(start, edit.find.length, ...edit.replace.map((line) => indent + line));
  }
  return lines.join("\n");
}

/**
 * The lines of a function's body, without its braces. As in all of the kernel, the function's name begins in a line
 * that is not indented, and its braces stand alone in the first column.
 */
function bodyOf(lines: readonly string[], name: string): { readonly first: number; readonly last: number } {
  const named = new RegExp(`^(\\S.*[\\s*])?${name}\\(`);
  const bodies = lines.flatMap((line, index) => {
    if (!named.test(line)) return [];
    const open = lines.findIndex((other, at) => at >= index && (other === "{" || other.endsWith(";")));
    if (open < 0 || lines[open] !== "{") return [];
    const close = lines.indexOf("}", open);
    return close < 0 ? [] : [{ first: open + 1, last: close - 1 }];
  });
  const [body] = bodies;
  if (body === undefined || bodies.length > 1)
    throw new Error(
      `${bodies.length} functions with the name ${name}, not 1: the edit was not written for this source`,
    );
  return body;
}

/** Where the run of lines begins, in order, without overlaps. */
function startsOf(lines: readonly string[], find: readonly string[], first: number, last: number): readonly number[] {
  const starts: number[] = [];
  for (let at = first; at + find.length - 1 <= last; at++) {
    if (!find.every((line, offset) => lines[at + offset]?.trim() === line)) continue;
    starts.push(at);
    at += find.length - 1;
  }
  return starts;
}
