/** How much memory the machine has for searches and their threads. */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { UserError } from "../../diagnostics/user-error.ts";
import { addressSpace } from "../../memory/memory-map.ts";
import { type SystemMemory, sizeOf } from "../memory/reserve-memory.ts";
import { preferHugePages } from "./huge-pages.ts";
import { pageSupplier } from "./supply-pages.ts";

export const machineMemory: SystemMemory = { defaultBytes, hint, preferLargePages: preferHugePages, pageSupplier };

/** Never several memories, because code that can use them is some percent slower. */
function defaultBytes(): number {
  const constrained = process.constrainedMemory();
  const machine = constrained === undefined || constrained === 0 ? totalmem() : Math.min(constrained, totalmem());
  return Math.min(addressSpace, Math.max(2 ** 28, machine / 4));
}

/**
 * Around each memory V8 reserves addresses that stay unused, so that it need not check addresses. They cost nothing,
 * unless the system limits the address space.
 */
function hint(): string {
  const limit = addressLimit();
  if (limit === undefined) return "ask for less with --memory";
  return `the address space of this process is limited to ${sizeOf(limit)} (ulimit -v); WebAssembly takes about 10 GiB of it for each memory, however small; raise the limit, and bound what is used with --memory`;
}

/** Each V8 thread reserves about 600 MiB for its code and objects. Without this room the whole process dies. */
const bytesOfThread = 700 * 2 ** 20;

/** Throws a UserError if there is no room for the threads. */
export function requireRoomForThreads(threads: number): void {
  const limit = addressLimit();
  if (limit === undefined) return;
  const left = limit - (numberIn("/proc/self/status", /^VmSize:\s+(\d+) kB$/m) ?? 0) * 1024;
  if (left >= (threads + 1) * bytesOfThread) return;
  const message = `the system does not give ${threads} threads their memory: the address space of this process is limited to ${sizeOf(limit)} (ulimit -v), and each takes about ${sizeOf(bytesOfThread)} of it`;
  const hint = "raise the limit and bound what is used with --memory, or search with fewer --workers";
  throw new UserError([{ code: "cli/no-memory", message, hint }]);
}

/** Bytes; undefined if there is no limit, or the system does not report one. */
function addressLimit(): number | undefined {
  return numberIn("/proc/self/limits", /^Max address space\s+(\d+)/m);
}

function numberIn(file: string, pattern: RegExp): number | undefined {
  try {
    const [, digits] = pattern.exec(readFileSync(file, "utf8")) ?? [];
    return digits === undefined ? undefined : Number(digits);
  } catch {
    return undefined;
  }
}
