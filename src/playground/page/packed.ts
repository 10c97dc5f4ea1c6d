/** Unpacks what scripts/bundle-playground.mjs packed. */
import { decompress } from "fzstd";
import type { Packed } from "../messages.ts";

export function unpack(base64: string): Packed {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const text = new TextDecoder().decode(decompress(bytes));
  let start = text.indexOf("\n") + 1;
  const lengths = JSON.parse(text.slice(0, start)) as readonly (readonly [name: string, length: number])[];
  const texts = lengths.map(([name, length]) => {
    start += length;
    return [name, text.slice(start - length, start)] as const;
  });
  const { version = "", engine = "", page = "", ...files } = Object.fromEntries(texts);
  return { version, engine, page, files };
}
