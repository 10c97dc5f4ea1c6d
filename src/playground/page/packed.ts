/** Unpacks what the page contains in packed form: JSON, compressed with zstd, in base64. */
import { decompress } from "fzstd";
import type { Packed } from "../messages.ts";

export function unpack(base64: string): Packed {
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(decompress(bytes))) as Packed;
}
