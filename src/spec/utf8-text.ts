/** Decodes UTF-8, or finds the first byte that is not UTF-8. */
import { isUtf8 } from "node:buffer";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { diagnosticAt } from "./source-file.ts";

/**
 * Throws a UserError with the place of the first byte that is not UTF-8. A byte order mark is left out of the text,
 * because it would shift the columns of the first line.
 */
export function utf8Text(bytes: Buffer, file: string, code: DiagnosticCode): string {
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes)) throw new UserError([notUtf8(bytes, text, file, code)]);
  return text.replace(/^\ufeff/, "");
}

function notUtf8(bytes: Buffer, text: string, file: string, code: DiagnosticCode): Diagnostic {
  const offset = firstReplaced(bytes, Buffer.from(text));
  const byte = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, "0")}`;
  const message = `the byte ${byte} at offset ${offset} is not UTF-8`;
  const before = bytes.toString("utf8", 0, offset);
  const hint = isUtf16(bytes) ? "this looks like UTF-16; save the file as UTF-8" : undefined;
  const diagnostic = diagnosticAt({ file, text }, { offset: before.length, length: 1 }, { code, message, hint });
  const { excerpt: _, ...withoutExcerpt } = diagnostic;
  // In another encoding, the text of the line would be meaningless.
  return hint === undefined ? diagnostic : withoutExcerpt;
}

/** Encoding the decoded text again gives the same bytes up to the first replacement character. */
function firstReplaced(bytes: Buffer, again: Buffer): number {
  let offset = 0;
  while (offset < bytes.length && bytes[offset] === again[offset]) offset++;
  // An incomplete character begins with the same byte as the replacement character.
  while (offset > 0 && ((again[offset] ?? 0) & 0xc0) === 0x80) offset--;
  return offset;
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.toString("latin1", 0, 2);
  return mark === "\xff\xfe" || mark === "\xfe\xff";
}
