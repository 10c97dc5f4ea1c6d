/** The memory of a search, or an explanation why there is none. */
import { UserError } from "../../diagnostics/user-error.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import { type Memories, takeMemories } from "./reused-memory.ts";

/** Provides the pages between two addresses of a memory, those that are in use included. */
export type SupplyPages = (memory: WebAssembly.Memory, from: number, to: number) => void;

/** What the system says of its memory. */
export interface SystemMemory {
  /** How much a search may use that no option limits. */
  readonly defaultBytes: () => number;
  /** What helps if the system refuses memory. */
  readonly hint: () => string;
  /** Asks for large pages for what a search has not used yet. Undefined: the system cannot be asked. */
  readonly preferLargePages: ((memories: readonly WebAssembly.Memory[]) => Promise<void>) | undefined;
  /** Says how to ask for pages that a search will soon write. Undefined: the system cannot be asked. */
  readonly pageSupplier: (() => Promise<SupplyPages | undefined>) | undefined;
}

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
export function reserveForSearch(system: SystemMemory, planFor: PlanFor, asked: number | undefined): Reserved {
  if (asked !== undefined) return reserve(system, planFor, asked, `the ${sizeOf(asked)} that --memory asks for`);
  const most = system.defaultBytes();
  for (let bytes = most; bytes >= 2 * leastBytes; bytes /= 2) {
    const reserved = tryToReserve(planFor, bytes);
    if (reserved !== undefined) return reserved;
  }
  return reserve(
    system,
    planFor,
    leastBytes,
    `its memory: not ${sizeOf(most)}, nor less, down to ${sizeOf(leastBytes)}`,
  );
}

/** An error that names `what` the system refused. */
export function reserve(system: SystemMemory, planFor: PlanFor, bytes: number, what: string): Reserved {
  const reserved = tryToReserve(planFor, bytes);
  if (reserved !== undefined) return reserved;
  const message = `the system does not give the search ${what}`;
  throw new UserError([{ code: "cli/no-memory", message, hint: system.hint() }]);
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

export function sizeOf(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}
