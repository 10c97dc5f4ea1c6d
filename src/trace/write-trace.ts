import { createHash } from "node:crypto";
import type { FileKind } from "../files/file-kind.ts";
import { type Trace, traceFormat } from "./format.ts";

export const traceKind: FileKind = { what: "a trace", begins: new RegExp(`^\\{\\s*"format":\\s*"${traceFormat}"`) };

/** The same trace always gives the same bytes: `buildTrace` makes its keys in one order, and nothing speaks of time. */
export function traceText(trace: Trace): string {
  return `${JSON.stringify(trace, null, 2)}\n`;
}

export function traceFileName(trace: Pick<Trace, "spec" | "kernel" | "property">): string {
  const parts = [trace.spec.name, trace.kernel, trace.property];
  return `${shortened(parts.map(sanitised).join("-"))}.trace.json`;
}

/** Most file systems take 255 bytes, and other formats of the trace have names that are a little longer. */
const longestName = 200;

/** A name that was cut still differs from others that begin alike. */
function shortened(name: string): string {
  if (name.length <= longestName) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return `${name.slice(0, longestName - digest.length - 1)}-${digest}`;
}

/** A name that every file system takes, and that cannot lead out of the folder. */
function sanitised(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "_") || "_";
}
