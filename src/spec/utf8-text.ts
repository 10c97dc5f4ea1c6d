/** Bytes that should be UTF-8 -> text, or where the first byte stands that is not. */
import { isUtf8 } from "node:buffer";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { diagnosticAt } from "./source-file.ts";

/**
 * Throws a UserError with the place of the first byte that is not UTF-8. A byte order mark is no part of the text, and
 * would shift the first line's columns.
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
  // Of another encoding the line says nothing.
  return hint === undefined ? diagnostic : withoutExcerpt;
}

/** What was decoded is the same again up to where a replacement character stands for what was no character. */
function firstReplaced(bytes: Buffer, again: Buffer): number {
  let offset = 0;
  while (offset < bytes.length && bytes[offset] === again[offset]) offset++;
  // An incomplete character begins as the replacement does.
  while (offset > 0 && ((again[offset] ?? 0) & 0xc0) === 0x80) offset--;
  return offset;
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.toString("latin1", 0, 2);
  return mark === "\xff\xfe" || mark === "\xfe\xff";
}
