import type { FileKind } from "../files/file-kind.ts";
import { sha256Hex } from "../ir/sha256.ts";
import { type Trace, traceFormat, witnessedBy } from "./format.ts";

export const traceKind: FileKind = { what: "a trace", begins: new RegExp(`^\\{\\s*"format":\\s*"${traceFormat}"`) };

/** The same trace always gives the same bytes: `buildTrace` creates the keys in a fixed order, and there is no time. */
export function traceText(trace: Trace): string {
  return `${JSON.stringify(trace, null, 2)}\n`;
}

/** `fork-race-v8-no-deadlock.trace.json`, for number 2 `fork-race-v8-no-deadlock-2.trace.json`, or `fork-race-v8-witness-both_map_the_page.trace.json`. */
export function traceFileName(
  trace: Pick<Trace, "spec" | "kernel" | "property" | "violation">,
  number: number,
): string {
  const condition = witnessedBy(trace);
  const shows = condition === undefined ? [trace.property] : ["witness", condition];
  const parts = [trace.spec.name, trace.kernel, ...shows, ...(number === 1 ? [] : [String(number)])];
  return `${shortened(parts.map(sanitised).join("-"))}.trace.json`;
}

/** Most file systems allow 255 bytes, and other formats of the trace have slightly longer names. */
const longestName = 200;

/** Shortens a long name. A digest keeps it different from other names with the same beginning. */
function shortened(name: string): string {
  if (name.length <= longestName) return name;
  const digest = sha256Hex(name).slice(0, 12);
  return `${name.slice(0, longestName - digest.length - 1)}-${digest}`;
}

/** Makes a name that every file system allows and that cannot lead out of the folder. */
function sanitised(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "_") || "_";
}
