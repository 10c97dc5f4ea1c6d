/** Unpacks what scripts/library/pack-texts.mjs packed. */
import { decompress } from "lzma1";
import type { Packed } from "../messages.ts";
import { laidOut } from "./laid-out.ts";

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
      const text = parts[position + 1] ?? "";
      if (!path.startsWith("specs/")) return [[path, text]];
      const name = path.replace(/^.*\/|\.json$/g, "");
      const json = text.replace("\x01", () => name).replace("\x02", () => sentences[sentence++] ?? "");
      return [[path, `${laidOut(JSON.parse(json))}\n`]];
    }),
  );
}
