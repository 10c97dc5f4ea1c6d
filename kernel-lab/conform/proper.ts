/** Which programs make sense: what a setup forbids, and where the memory is that a step works on. */
import type { LabStep } from "../lab-program.ts";
import { handlerName } from "./setups.ts";

/** What the steps so far have done to the processes and their VMAs. */
interface History {
  readonly child: "not forked" | "runs" | "exited";
  /** The VMAs that are unmapped, by process. */
  readonly unmapped: Readonly<Record<string, readonly string[]>>;
  readonly pinned: readonly string[];
  /** Whether ksmd has looked for pages with the same content. */
  readonly merged: boolean;
}

type Fitness =
  | "useful"
  /** Allowed, but little can be seen: the memory is somewhere else. */
  | "idle"
  /** A program must not have the step here. */
  | "forbidden";

const destination = "spare";

/** `spare` has nothing mapped at the start: it is where mremap moves `buf`. */
const atStart: History = {
  child: "not forked",
  unmapped: { app: [destination], child: [destination] },
  pinned: [],
  merged: false,
};

/** The steps without those that a program must not have there. */
export function properSteps(steps: readonly LabStep[], keepsIdle: (position: number) => boolean): readonly LabStep[] {
  const kept: LabStep[] = [];
  let history = atStart;
  for (const [position, step] of steps.entries()) {
    const fitness = fitnessOf(history, step);
    if (fitness === "forbidden" || (fitness === "idle" && !keepsIdle(position))) continue;
    kept.push(step);
    history = after(history, step);
  }
  return kept;
}

/** Whether a program may have exactly these steps. */
export function isProper(steps: readonly LabStep[]): boolean {
  return properSteps(steps, () => true).length === steps.length;
}

function processOf({ actor }: LabStep): "app" | "child" {
  return actor === "child_thread" ? "child" : "app";
}

function fitnessOf({ child, unmapped, pinned, merged }: History, step: LabStep): Fitness {
  const { operation, target } = step.call;
  const process = processOf(step);
  const missing = unmapped[process] ?? [];
  if (step.actor === handlerName) return "forbidden";
  if (process === "child" && child !== "runs") return "forbidden";
  if (operation === "fork") return child === "not forked" ? "useful" : "forbidden";
  // ksmd would merge the child's pages as well. A second time, a page could join one that was merged the first time
  // (ksmd's stable tree), which is not modelled.
  if (operation === "ksm_merge" && (child === "runs" || merged)) return "forbidden";
  // A merged page has no reverse map in the model, so nothing moves it or swaps it out.
  if (merged && (operation === "reclaim" || operation === "migrate")) return "forbidden";
  if (target.kind === "move") {
    // The kernel would unmap what is there; the model does not.
    if (!missing.includes(target.to)) return "forbidden";
    return missing.includes(target.from) ? "idle" : "useful";
  }
  if (target.kind !== "pages") return "useful";
  if (operation === "dma_store" || operation === "unpin") return pinned.includes(pageOf(step)) ? "useful" : "forbidden";
  if (operation === "pin" && pinned.includes(pageOf(step))) return "forbidden";
  return missing.includes(target.vma) ? "idle" : "useful";
}

function pageOf({ call: { target } }: LabStep): string {
  return target.kind === "pages" ? `${target.vma}[${target.first}]` : "";
}

function after(history: History, step: LabStep): History {
  const { operation, target } = step.call;
  const process = processOf(step);
  const missing = history.unmapped[process] ?? [];
  const become = (vmas: readonly string[]): History => ({
    ...history,
    unmapped: { ...history.unmapped, [process]: vmas },
  });
  if (operation === "fork")
    return { ...history, child: "runs", unmapped: { ...history.unmapped, child: history.unmapped.app ?? [] } };
  if (operation === "ksm_merge") return { ...history, merged: true };
  if (operation === "exit") return { ...history, child: "exited" };
  if (operation === "pin") return { ...history, pinned: [...history.pinned, pageOf(step)] };
  if (operation === "unpin") return { ...history, pinned: history.pinned.filter((page) => page !== pageOf(step)) };
  if (operation === "munmap" && target.kind === "pages") return become([...missing, target.vma]);
  if (target.kind === "move" && !missing.includes(target.from))
    return become([...missing.filter((vma) => vma !== target.to), target.from]);
  return history;
}
