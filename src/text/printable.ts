/**
 * Text that others may have written, on its way to a person: names, sentences, comments, paths, options. What would move
 * a terminal's cursor, change the order of what is read, or break a line shows as the escape that JSON has for it.
 */

/** Controls, halves of characters, line and paragraph separators, what turns the order of characters, tags. */
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** On one line, whatever it was. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => short[character] ?? escaped(character));
}

/** The same with tabs as they are, and lines. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) =>
    character === "\n" || character === "\t" ? character : (short[character] ?? escaped(character)),
  );
}

/** Every text in a value, with the names of an object's fields. Functions stay what they are. */
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
