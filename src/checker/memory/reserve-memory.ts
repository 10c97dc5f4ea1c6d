/** The memory of a search, or an explanation why there is none. */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { UserError } from "../../diagnostics/user-error.ts";
import { addressSpace } from "../../memory/memory-map.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import { type Memories, takeMemories } from "./reused-memory.ts";

type PlanFor = (bytes: number) => MemoryPlan;

export interface Reserved {
  readonly memories: Memories;
  readonly plan: MemoryPlan;
  /** What the plan may use. */
  readonly bytes: number;
}

/** The least memory that a search can use. */
const leastBytes = 2 ** 26;

/**
 * Reserves the requested memory. If no size was requested, it accepts less when the system refuses more. Throws a
 * UserError if the system refuses even that, or if the program cannot be searched in it.
 */
export function reserveForSearch(planFor: PlanFor, asked: number | undefined): Reserved {
  if (asked !== undefined) return reserve(planFor, asked, `the ${sizeOf(asked)} that --memory asks for`);
  const most = defaultMemory();
  for (let bytes = most; bytes >= 2 * leastBytes; bytes /= 2) {
    const reserved = tryToReserve(planFor, bytes);
    if (reserved !== undefined) return reserved;
  }
  return reserve(planFor, leastBytes, `its memory: not ${sizeOf(most)}, nor less, down to ${sizeOf(leastBytes)}`);
}

/** An error that names `what` the system refused. */
export function reserve(planFor: PlanFor, bytes: number, what: string): Reserved {
  const reserved = tryToReserve(planFor, bytes);
  if (reserved !== undefined) return reserved;
  const message = `the system does not give the search ${what}`;
  throw new UserError([{ code: "cli/no-memory", message, hint: hintAboutMemory() }]);
}

/** Undefined if the system does not give that much. */
function tryToReserve(planFor: PlanFor, bytes: number): Reserved | undefined {
  const plan = planned(planFor, Math.floor(bytes));
  try {
    return { memories: takeMemories(plan), plan, bytes };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function planned(planFor: PlanFor, bytes: number): MemoryPlan {
  try {
    return planFor(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = "more --memory or fewer --workers may help, or a smaller scenario";
    throw new UserError([{ code: "cli/no-memory", message: error.message, hint }]);
  }
}

/**
 * The bytes of a search that no option limits. Never several memories, because code that can use them is some percent slower.
 */
export function defaultMemory(): number {
  const constrained = process.constrainedMemory();
  const machine = constrained === undefined || constrained === 0 ? totalmem() : Math.min(constrained, totalmem());
  return Math.min(addressSpace, Math.max(2 ** 28, machine / 4));
}

/**
 * Around each memory V8 reserves addresses that stay unused, so that it need not check addresses. They cost nothing,
 * unless the system limits the address space.
 */
function hintAboutMemory(): string {
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

function sizeOf(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}
