/**
 * get_user_pages_fast() and pin_user_pages_fast() without any lock (mm/gup.c): take the reference, then read the entry
 * again. Reclaim, migration and KSM empty the entry first, and then look for pins. Full barriers keep both orders.
 */
import { add, and, type Expr, eq, field, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { mustUnshare, pinUnshares } from "./gup.ts";
import { letGo, putPage, tryGetPage } from "./page.ts";
import { isZeroPage, pfn, sayChanged, walkFinds } from "./page-table.ts";
import { assertExclusive } from "./pinned.ts";

export interface GupFast {
  readonly context: Context;
  readonly va: number;
  readonly write: boolean;
  /** FOLL_PIN or FOLL_GET, and the actor among those that pin or take references. */
  readonly for: { readonly pinner: number } | { readonly getter: number };
}

interface Decision {
  readonly goesOn: Expr | boolean;
  readonly sayGoesOn: () => void;
  readonly sayGivesUp: () => void;
  /** If nothing else is checked, the actor now has the page. */
  readonly isLast: boolean;
}

/**
 * gup_fast() for one page: whether the actor has the page now. It looks neither at the VMA nor at userfaultfd, and marks
 * nothing dirty. A pin gives up if fork() copies entries at that moment or has begun to since (write_protect_seq).
 */
export const gupFast = procedure<GupFast>(
  "gup_fast",
  { file: "mm/gup.c", returns: bool },
  (k, { context, va, write, for: caller }) => {
    const { machine, mm } = context;
    const pinner = "pinner" in caller ? caller.pinner : undefined;
    // Where the page goes. The call does nothing if there is a page already.
    const holds = "pinner" in caller ? machine.pinned(caller.pinner, va) : machine.gotten(caller.getter, va);
    const pte = machine.pte(mm, va);
    const orig = k.register("pte", machine.types.pte);
    const go = k.register("go", bool);
    const page = pfn(orig);
    const seq = pinner === undefined ? undefined : machine.writeProtectSeq(pinner);
    const unshares = pinner !== undefined && !write && pinUnshares(machine);
    const take = () => {
      if (pinner !== undefined) {
        assertExclusive(k, machine, page, "sanity_check_pinned_pages: a pinned page may belong to other mappings too");
        k.set(machine.fastPin(pinner), 0);
      }
      k.outcome(pinner === undefined ? "keeps its reference to" : "keeps its pin of", page);
      letGo(k, context, page);
      k.set(holds, add(page, 1));
    };
    const decide = ({ goesOn, sayGoesOn, sayGivesUp, isLast }: Decision) => {
      k.set(go, goesOn);
      k.if(go, sayGoesOn, sayGivesUp);
      if (isLast) k.if(go, take);
    };

    if (seq !== undefined) {
      k.step("raw_seqcount_try_begin", "gives up if a fork() copies entries at that moment", () => {
        k.set(go, not(seq.odd));
        k.set(seq.changed, false);
        k.if(
          go,
          () => k.outcome("finds that no fork() copies entries"),
          () => k.outcome("finds that a fork() copies entries: gives up"),
        );
      });
      k.if(not(go), () => k.return(false));
    }
    k.step("ptep_get_lockless", "reads the entry without any lock, and gives up unless it allows the access", () => {
      k.set(orig, pte);
      const finds = and(walkFinds(machine, mm, va), not(isZeroPage(machine, pte)));
      const allows = and(finds, write ? field(pte, "write") : true);
      k.set(go, and(eq(holds, 0), allows));
      k.outcome("reads the entry", pte, "without the PTL");
    });
    k.if(not(go), () => k.return(false));
    k.step("try_grab_folio_fast", "takes a reference if the page still has one", () => {
      tryGetPage(k, context, page, () => k.set(go, false));
      if (pinner !== undefined) k.if(go, () => k.set(machine.fastPin(pinner), add(page, 1)));
    });
    k.if(not(go), () => k.return(false));
    k.step("ptep_get", "reads the entry again, and gives the reference back if it has changed", () => {
      const samePmd = machine.has("gup-fast-looks-at-pmd-again") ? walkFinds(machine, mm, va) : true;
      const same = machine.has("gup-fast-looks-again") ? and(eq(pte, orig), samePmd) : true;
      if (pinner !== undefined) k.set(machine.pinAttached(pinner, va), same);
      decide({
        goesOn: same,
        sayGoesOn: () => k.outcome("finds the entry unchanged"),
        sayGivesUp: () => sayChanged(k, pte),
        isLast: seq === undefined && !unshares,
      });
    });
    if (unshares)
      k.if(go, () =>
        k.step("gup_must_unshare", "gives the pin back if the page may have to be unshared", () =>
          decide({
            goesOn: not(mustUnshare(machine, orig)),
            sayGoesOn: () => k.outcome("finds that", page, "belongs to this mapping alone"),
            sayGivesUp: () => k.outcome("finds that others may share", page),
            isLast: seq === undefined,
          }),
        ),
      );
    if (seq !== undefined)
      k.if(go, () =>
        k.step("read_seqcount_retry", "gives the pin back if a fork() has begun to copy entries since", () =>
          decide({
            goesOn: not(seq.changed),
            sayGoesOn: () => k.outcome("finds that no fork() has begun to copy entries"),
            sayGivesUp: () => k.outcome("finds that a fork() has begun to copy entries"),
            isLast: true,
          }),
        ),
      );
    k.if(go, () => k.return(true));
    k.step("gup_put_folio", "gives back what it has taken", () => {
      if (pinner !== undefined) {
        k.set(machine.fastPin(pinner), 0);
        k.set(machine.pinAttached(pinner, va), false);
      }
      putPage(k, context, page);
    });
    k.return(false);
  },
);
