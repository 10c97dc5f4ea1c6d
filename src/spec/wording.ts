/** The wording of names, places and expected values in messages about spec files. */
import { alternatives } from "../text/alternatives.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { typedCommand } from "../text/typed-command.ts";
import type { Path } from "./source-file.ts";

/** A value as it appears in the file, shortened. */
export function quote(value: unknown): string {
  // Numbers beyond the range of doubles are read as infinite, which JSON cannot express.
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function meantHint(word: unknown, candidates: Iterable<string>): string | undefined {
  const meant = typeof word === "string" ? didYouMean(word, candidates) : undefined;
  return meant === undefined ? undefined : `did you mean ${quote(meant)}?`;
}

/** A longer list of names would be hard to read. */
const maxListed = 6;

/**
 * "; expected a, b or c". If there are many names, the text lists none: a hint names the one that was meant, or the text
 * names the command that lists them, `list <listing>`.
 */
export function expectedOneOf(names: readonly string[], hint: string | undefined, listing?: string): string {
  if (names.length === 0) return "; there is none";
  if (names.length > maxListed && hint !== undefined) return "";
  if (names.length > maxListed && listing !== undefined)
    return `; \`${typedCommand(`list ${listing}`)}\` lists all of them`;
  return `; expected ${alternatives(names.map((name) => quote(name)))}`;
}

/** The place at a path, in words: `"pages"`, `run[0]`. */
export function describePlace(path: Path): string {
  const key = path.findLastIndex((segment) => typeof segment === "string");
  if (key < 0) return "the file";
  const indices = path.slice(key + 1);
  return indices.length === 0 ? quote(path[key]) : `${path[key]}${indices.map((index) => `[${index}]`).join("")}`;
}
