/** Ghosts of what userspace tracks: writes since soft-dirty was cleared, pages armed for write protection. */
import { type Expr, eq, select } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Machine } from "../machine.ts";

export const tracksWrites = (machine: Pick<Machine, "uses">) => machine.uses("clear_refs");
export const tracksArming = (machine: Pick<Machine, "uses">) => machine.uses("uffd_wp");

/** Whether what a page holds is told from what its swap slot holds. */
export function markNewer(k: Recorder, machine: Machine, page: Expr, newer: boolean): void {
  if (machine.swapSlots > 0) k.set(machine.newer(page), newer);
}

/** Part of a store: it is remembered, unless it goes through a CPU's TLB while clear_refs has yet to flush. */
export function recordWrite(
  k: Recorder,
  machine: Machine,
  {
    mm,
    va,
    page,
    by,
  }: { readonly mm: number; readonly va: number; readonly page: Expr; readonly by: "cpu" | "device" },
): void {
  markNewer(k, machine, page, true);
  if (!tracksWrites(machine)) return;
  const written = machine.written(mm, va);
  k.set(written, by === "cpu" ? select(machine.clearing(mm), written, true) : true);
}

/** Soft-dirty was cleared for the address, or what was written there is gone. */
export function forgetWritten(k: Recorder, machine: Machine, mm: number, va: number): void {
  if (tracksWrites(machine)) k.set(machine.written(mm, va), false);
}

/** The child's page is as written as the parent's. */
export function copyWritten(k: Recorder, machine: Machine, parent: number, child: number, va: Expr): void {
  if (tracksWrites(machine)) k.set(machine.written(child, va), machine.written(parent, va));
}

export function openClearing(k: Recorder, machine: Machine, mm: number, open: boolean): void {
  k.set(machine.clearing(mm), open);
}

export function beginArming(k: Recorder, machine: Machine, mm: number, va: number): void {
  if (tracksArming(machine)) k.set(machine.armed(mm, va), "arming");
}

export function endArming(k: Recorder, machine: Machine, mm: number, va: number): void {
  if (!tracksArming(machine)) return;
  const armed = machine.armed(mm, va);
  k.set(armed, select(eq(armed, "arming"), 2, armed));
}

/** Resolved, or gone with the mapping. */
export function disarm(k: Recorder, machine: Machine, mm: number, va: number): void {
  if (tracksArming(machine)) k.set(machine.armed(mm, va), "no");
}
