/** Changing the bits of an entry (ptep_modify_prot_start and ptep_modify_prot_commit, include/linux/pgtable.h). */
import { and, type Expr, ne, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { sayPassedOver } from "./mapped-walk.ts";
import { letGo, takeInHand } from "./page.ts";
import { awaitPtl, holdPtl, isNone, isPresent, isZeroPage, none, pfn, releasePtl } from "./page-table.ts";

export interface EntryChange {
  readonly context: Context;
  readonly va: number;
  /** The kernel function that changes the entry. */
  readonly by: string;
  /** Part of the step that takes the PTL, before the entry is read. */
  readonly before?: () => void;
  /** Given the current entry: whether to pass over it. */
  readonly skips?: (pte: Expr) => Expr;
  /** The new value of a present entry, and of any other entry. */
  readonly change: (pte: Expr) => Expr;
  readonly changeOther: (pte: Expr) => Expr;
  /** What takes the place of an empty entry, if not nothing. */
  readonly instead?: Expr | undefined;
  /** The caller holds the PTL, and keeps it. */
  readonly underPtl?: boolean;
  /** The new value is made from what the entry was before it was cleared: what hardware sets in between is lost. */
  readonly fromEarlier?: boolean;
  /** Parts of the step that writes the entry: `written` gets the old and the new value; `also` does anything else. */
  readonly compare?: (before: Expr, after: Expr) => void;
  readonly also?: () => void;
}

/**
 * Changes an entry under the page-table lock. A present entry is cleared first, so that no CPU sets a bit in it
 * meanwhile, and then written. In between, a CPU's page walk faults and the fault waits for the lock; code that reads
 * without the lock finds the entry empty. Until the entry is written again, the actor holds the mapping's reference.
 * Any other entry is written at once.
 */
export function modifyEntry(
  k: Recorder,
  {
    context,
    va,
    by,
    before,
    skips,
    change,
    changeOther,
    instead,
    underPtl = false,
    fromEarlier = false,
    compare,
    also = () => {},
  }: EntryChange,
): void {
  const { machine, mm } = context;
  const name = machine.addresses[va];
  const pte = machine.pte(mm, va);
  const old = k.register(`oldpte ${name}`, machine.types.pte);
  const earlier = fromEarlier ? k.register(`ptent ${name}`, machine.types.pte) : undefined;
  if (earlier !== undefined)
    k.step(`ptep_get ${name}`, "reads the entry", () => {
      k.set(earlier, pte);
      k.outcome("reads", pte);
    });
  const ofPage = not(isZeroPage(machine, old));
  const clears = "clears a present entry in order to change it, and changes any other entry at once";
  k.step(`${by} ${name}`, underPtl ? clears : `takes the PTL; ${clears}`, () => {
    if (!underPtl) awaitPtl(k, context, mm);
    before?.();
    k.set(old, none(machine));
    const changes = and(not(isNone(pte)), not(skips?.(pte) ?? false));
    const empty = instead === undefined ? false : isNone(pte);
    k.if(not(or(changes, empty)), () => sayPassedOver(k, pte));
    const fill = () => {
      k.outcome("leaves a marker in the empty entry");
      k.set(pte, instead ?? pte);
      also();
    };
    const edit = () =>
      k.if(
        isPresent(pte),
        () => {
          k.outcome(underPtl ? "clears the entry" : "takes the PTL and clears the entry", pte);
          k.set(old, earlier ?? pte);
          if (!underPtl) holdPtl(k, context, mm);
          k.set(pte, none(machine));
          k.if(ofPage, () => takeInHand(k, context, pfn(old)));
        },
        () => {
          k.if(
            ne(changeOther(pte), pte),
            () => k.outcome("changes the entry", pte, "to", changeOther(pte)),
            () => k.outcome("finds nothing to change in the entry", pte),
          );
          compare?.(pte, changeOther(pte));
          k.set(pte, changeOther(pte));
          also();
        },
      );
    k.if(empty, fill, () => k.if(changes, edit));
  });
  k.if(isPresent(old), () =>
    k.step(
      `ptep_modify_prot_commit ${name}`,
      `writes the changed entry${underPtl ? "" : " and unlocks the PTL"}`,
      () => {
        compare?.(old, change(old));
        k.set(pte, change(old));
        k.if(ofPage, () => letGo(k, context, pfn(old)));
        also();
        if (!underPtl) releasePtl(k, context, mm);
      },
    ),
  );
}
