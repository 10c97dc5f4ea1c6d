/** Unpacks what scripts/library/pack-texts.mjs packed. */
import { decompress } from "lzma1";
import type { Packed } from "../messages.ts";

export function unpack(base64: string): Packed {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const {
    version = "",
    engine = "",
    page = "",
    style = "",
    ...files
  } = unpackTexts(new TextDecoder().decode(decompress(bytes)));
  return { version, engine, page, style, files };
}

/** The texts by their names. */
export function unpackTexts(packed: string): Readonly<Record<string, string>> {
  const [first = "", ...parts] = packed.split("\0");
  const sentences = first.split("\n");
  let sentence = 0;
  return Object.fromEntries(
    parts.flatMap((path, position) => {
      if (position % 2 === 1) return [];
      const name = path.replace(/^.*\/|\.json$/g, "");
      const text = (parts[position + 1] ?? "").replace("\x01", () => name);
      let depth = 0;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks
      const indented = text.replace(/^[\x03\x04]*/gm, (marks) => {
        for (const mark of marks) depth += mark === "\x03" ? 1 : -1;
        return "  ".repeat(depth);
      });
      return [[path, indented.replace("\x02", () => sentences[sentence++] ?? "")]];
    }),
  );
}
