import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

type Part = string | Uint8Array;

/** The digest of the parts one after the other; of text, as UTF-8. Synchronous, which a browser's own digests are not. */
export function sha256Of(...parts: readonly Part[]): Uint8Array {
  const hash = sha256.create();
  for (const part of parts) hash.update(typeof part === "string" ? utf8ToBytes(part) : part);
  return hash.digest();
}

/** The same in 64 hexadecimal digits. */
export function sha256Hex(...parts: readonly Part[]): string {
  return bytesToHex(sha256Of(...parts));
}
