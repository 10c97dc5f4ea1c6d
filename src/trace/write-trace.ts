import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Trace } from "./format.ts";

/** The same trace always gives the same bytes: `buildTrace` makes its keys in one order, and nothing speaks of time. */
export function traceText(trace: Trace): string {
  return `${JSON.stringify(trace, null, 2)}\n`;
}

/** The folder must be there. Gives the file's path, which starts with `folder` as it was given. */
export function writeTrace(folder: string, trace: Trace): string {
  const path = join(folder, traceFileName(trace));
  writeFileSync(path, traceText(trace));
  return path;
}

export function traceFileName(trace: Pick<Trace, "spec" | "kernel" | "property">): string {
  const parts = [trace.spec.name, trace.kernel, trace.property];
  return `${parts.map(sanitised).join("-")}.trace.json`;
}

/** A name that every file system takes, and that cannot lead out of the folder. */
function sanitised(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "_") || "_";
}
