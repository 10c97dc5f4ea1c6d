/** Decodes UTF-8, or finds the first byte that is not UTF-8. */
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { at } from "../ir/lookup.ts";
import { diagnosticAt } from "./source-file.ts";

/**
 * Throws a UserError with the place of the first byte that is not UTF-8. A byte order mark is left out of the text,
 * because it would shift the columns of the first line.
 */
export function utf8Text(bytes: Uint8Array, file: string, code: DiagnosticCode): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError([notUtf8(bytes, file, code)]);
  }
}

function notUtf8(bytes: Uint8Array, file: string, code: DiagnosticCode): Diagnostic {
  const text = withReplacements.decode(bytes);
  const offset = firstReplaced(bytes, new TextEncoder().encode(text));
  const byte = `0x${at(bytes, offset).toString(16).padStart(2, "0")}`;
  const message = `the byte ${byte} at offset ${offset} is not UTF-8`;
  const before = withReplacements.decode(bytes.subarray(0, offset));
  const hint = isUtf16(bytes) ? "this looks like UTF-16; save the file as UTF-8" : undefined;
  const diagnostic = diagnosticAt({ file, text }, { offset: before.length, length: 1 }, { code, message, hint });
  const { excerpt: _, ...withoutExcerpt } = diagnostic;
  // In another encoding, the text of the line would be meaningless.
  return hint === undefined ? diagnostic : withoutExcerpt;
}

/** A byte order mark counts as a character here, so that each character stands for its bytes. */
const withReplacements = new TextDecoder("utf-8", { ignoreBOM: true });

/** Encoding the decoded text again gives the same bytes up to the first replacement character. */
function firstReplaced(bytes: Uint8Array, again: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length && bytes[offset] === again[offset]) offset++;
  // An incomplete character begins with the same byte as the replacement character.
  while (offset > 0 && ((again[offset] ?? 0) & 0xc0) === 0x80) offset--;
  return offset;
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
