/** Which programs make sense: what a setup forbids, and where the memory is that a step works on. */
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { LabProgram, LabSetup, LabStep } from "../lab-program.ts";
import { engineNames, handlerName } from "./setups.ts";

/** What the steps so far have done to the processes and their VMAs. */
interface History {
  readonly child: "not forked" | "runs" | "exited";
  /** The VMAs that are unmapped, by process. */
  readonly unmapped: Readonly<Record<"app" | "child", readonly string[]>>;
  /** What actors have pinned or have a reference to: `holding` has the form. */
  readonly held: readonly string[];
  /** Whether ksmd has looked for pages with the same content. */
  readonly merged: boolean;
  /** The processes that are dying, without their memory. */
  readonly reaped: readonly string[];
  /** Pages that are out of use. */
  readonly failures: number;
  /** Whether the memory that faults map by a PMD is still empty. Then nothing but a store may come. */
  readonly empty: boolean;
}

type Fitness =
  | "useful"
  /** Allowed, but little can be seen: the memory is somewhere else. */
  | "idle"
  /** A program must not have the step here. */
  | "forbidden";

const destination = "spare";

/** `spare` has nothing mapped at the start: it is where mremap moves `buf`. */
const atStart = {
  child: "not forked",
  unmapped: { app: [destination], child: [destination] },
  held: [],
  merged: false,
  reaped: [],
  failures: 0,
} satisfies Omit<History, "empty">;

/** A setup has pages for so many that are never used again. */
const mostFailures = 4;

/** The steps without those that a program must not have there. */
export function properSteps(
  { setup, steps }: LabProgram,
  keepsIdle: (position: number) => boolean,
): readonly LabStep[] {
  const kept: LabStep[] = [];
  let history: History = { ...atStart, empty: isMappedByFaults(setup) };
  for (const [position, step] of steps.entries()) {
    const fitness = fitnessOf(history, step);
    if (fitness === "forbidden" || (fitness === "idle" && !keepsIdle(position))) continue;
    kept.push(step);
    history = after(history, step);
  }
  return kept;
}

/** Whether a program may have exactly its steps. */
export function isProper(program: LabProgram): boolean {
  return properSteps(program, () => true).length === program.steps.length;
}

/** A read fault would map the huge zero page, which the model does not have. */
function isMappedByFaults({ scenario }: LabSetup): boolean {
  return scenario.system.processes.some(({ vmas }) => vmas.some(({ folio }) => folio === 2));
}

function processOf({ actor }: LabStep): "app" | "child" {
  return actor === "child_thread" ? "child" : "app";
}

function isThread({ actor }: LabStep): boolean {
  return !engineNames.includes(actor);
}

function fitnessOf({ child, unmapped, held, merged, reaped, failures, empty }: History, step: LabStep): Fitness {
  const { operation, target } = step.call;
  const process = processOf(step);
  if (empty && (process !== "app" || operation !== "store")) return "forbidden";
  const missing = unmapped[process];
  if (step.actor === handlerName) return "forbidden";
  if (process === "child" && child !== "runs") return "forbidden";
  // Only devices still access its memory.
  if (isThread(step) && reaped.includes(process) && operation !== "exit") return "forbidden";
  if (operation === "fork") return child === "not forked" ? "useful" : "forbidden";
  // ksmd would merge the child's pages as well. A second time, a page could join one that was merged the first time
  // (ksmd's stable tree), which is not modelled.
  if (operation === "ksm_merge" && (child === "runs" || merged)) return "forbidden";
  // A merged page has no reverse map in the model, so nothing moves it or swaps it out.
  if (merged && (operation === "reclaim" || operation === "migrate")) return "forbidden";
  if (operation === "memory_failure" && failures === mostFailures) return "forbidden";
  if (target.kind === "move") {
    // The kernel would unmap what is there; the model does not.
    if (!missing.includes(target.to)) return "forbidden";
    return missing.includes(target.from) ? "idle" : "useful";
  }
  if (target.kind !== "pages") return "useful";
  const needed = needs[operation];
  if (needed !== undefined) return needed.some((taken) => held.includes(holding(taken, step))) ? "useful" : "forbidden";
  if (held.includes(holding(operation, step))) return "forbidden";
  // The guest can hold one such pin at a time.
  if (step.call.attributes?.for === "reading" && held.length > 0) return "forbidden";
  return missing.includes(target.vma) ? "idle" : "useful";
}

const takes: readonly string[] = ["pin", "get"] satisfies readonly OperationName[];

/** Operations that do something only if one of others has taken a page there and the actor has it still. */
const needs: Readonly<Partial<Record<string, readonly string[]>>> = {
  dma_store: ["pin"],
  dma_load: takes,
  unpin: ["pin"],
  put: ["get"],
} satisfies Partial<Record<OperationName, readonly string[]>>;

/** What the actor of a step has if `taking` was run at the same place. */
function holding(taking: string, { actor, call: { target } }: LabStep): string {
  return target.kind === "pages" ? `${actor} ${taking} ${target.vma}[${target.first}]` : "";
}

function without(held: readonly string[], gone: string): readonly string[] {
  return held.filter((one) => one !== gone);
}

function after(history: History, step: LabStep): History {
  const { operation, target } = step.call;
  const process = processOf(step);
  const missing = history.unmapped[process];
  const become = (vmas: readonly string[]): History => ({
    ...history,
    unmapped: { ...history.unmapped, [process]: vmas },
  });
  if (operation === "fork")
    return { ...history, child: "runs", unmapped: { ...history.unmapped, child: history.unmapped.app } };
  if (history.empty) return { ...history, empty: false };
  if (operation === "ksm_merge") return { ...history, merged: true };
  if (operation === "oom_reap") return { ...history, reaped: [...history.reaped, process] };
  if (operation === "memory_failure") return { ...history, failures: history.failures + 1 };
  if (operation === "exit") return { ...history, child: "exited" };
  if (takes.includes(operation)) return { ...history, held: [...history.held, holding(operation, step)] };
  if (operation === "unpin") return { ...history, held: without(history.held, holding("pin", step)) };
  if (operation === "put") return { ...history, held: without(history.held, holding("get", step)) };
  if (operation === "munmap" && target.kind === "pages") return become([...missing, target.vma]);
  if (target.kind === "move" && !missing.includes(target.from))
    return become([...missing.filter((vma) => vma !== target.to), target.from]);
  return history;
}
