/** Unpacks what scripts/bundle-playground.mjs packed. */
import { decompress } from "lzma1";
import type { Packed } from "../messages.ts";

export function unpack(base64: string): Packed {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const parts = new TextDecoder().decode(decompress(bytes)).split("\0");
  const texts = Object.fromEntries(
    parts.flatMap((name, position) => (position % 2 === 0 ? [[name, parts[position + 1] ?? ""]] : [])),
  );
  const { version = "", engine = "", page = "", style = "", ...files } = texts;
  return { version, engine, page, style, files };
}
