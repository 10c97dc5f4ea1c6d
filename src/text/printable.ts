/**
 * Makes text from outside safe to show: names, sentences, comments, paths, options. Characters that would move the
 * cursor of a terminal, change the reading order or break a line are shown as JSON escapes.
 */

/** Control characters, lone surrogates, line and paragraph separators, direction marks, tags. */
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => short[character] ?? escaped(character));
}

/** The same, but keeps tabs and line breaks. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) =>
    character === "\n" || character === "\t" ? character : (short[character] ?? escaped(character)),
  );
}

/** Applies `printable` to every text in a value, including the names of fields. Functions stay unchanged. */
export function printableParts<Value>(value: Value): Value {
  return partsOf(value) as Value;
}

function partsOf(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(partsOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [printable(name), partsOf(part)]));
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => {
    const code = character.charCodeAt(unit);
    return `\\u${code.toString(16).padStart(4, "0")}`;
  }).join("");
}
