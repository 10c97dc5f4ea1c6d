/** Ghosts of a copy on write: which page an actor copies, and whether that page was written to since. */
import { add, and, type Expr, eq, select } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";

/** Part of the step that copies the page's content, for a mapping of the actor's own address space. */
export function beginCopy(k: Recorder, { machine, actor }: Context, page: Expr): void {
  if (!machine.watchesCopies) return;
  k.set(machine.copying(actor), add(page, 1));
  k.set(machine.copyOutdated(actor), false);
}

/** Part of the step that maps the copy in place of the page, or gives the copy back. */
export function endCopy(k: Recorder, { machine, actor }: Context): void {
  if (!machine.watchesCopies) return;
  k.set(machine.copying(actor), 0);
  k.set(machine.copyOutdated(actor), false);
}

/**
 * Part of every step in which an address space writes to a page. The write is missing from copies that will replace the
 * page in that address space. What another address space writes stays in the page itself.
 */
export function outdateCopies(
  k: Recorder,
  machine: Machine,
  mm: number,
  page: Expr,
  counts: Expr | boolean = true,
): void {
  if (!machine.watchesCopies) return;
  for (const [actor, { process }] of machine.actors.entries()) {
    if (at(machine.mms, mm).name !== process) continue;
    const outdated = machine.copyOutdated(actor);
    k.set(outdated, select(and(counts, eq(machine.copying(actor), add(page, 1))), true, outdated));
  }
}
