/** mlock() and munlock() (mm/mlock.c). */
import { and, constant, type Expr, eq, isConstant, ne, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, VmaOperation } from "../machine/context.ts";
import { pairOf, type Vma } from "../machine/machine.ts";
import { mapsWhole } from "./folio-batch.ts";
import { sayPassedOver } from "./mapped-walk.ts";
import { markFolioMlocked, markMlocked, markPmdMlocked, unmarkMlocked } from "./mlocked.ts";
import { mmapWriteLock, mmapWriteUnlock, sayVma } from "./mmap-lock.ts";
import { awaitPtl, isPresent, isZeroPage, pfn } from "./page-table.ts";
import { mmPopulate } from "./populate.ts";
import { folioMapcount } from "./reverse-map.ts";
import { markVma } from "./vma-lock.ts";

/**
 * mlock(): marks the mapped pages, then faults in the rest. The marking passes over pages that are not present. Up to
 * v5.17 there was only the faulting, which marked the pages that it found.
 */
export const mlock = procedure<VmaOperation>("do_mlock", { file: "mm/mlock.c" }, (k, { context, vma }) => {
  const mapped = mlockFixup(k, { context, vma }, true);
  k.if(mapped, () => k.call(mmPopulate, { context, vma }));
});

/** munlock() */
export const munlock = procedure<VmaOperation>("munlock", { file: "mm/mlock.c" }, (k, operation) => {
  mlockFixup(k, operation, false);
});

/**
 * mlock_fixup() and mlock_pte_range(): true if there is a VMA. A VMA that has the flag already keeps its pages as they
 * are. (Up to v5.17 the faulting marked them again, but such a VMA had no unmarked pages then.)
 */
function mlockFixup(k: Recorder, { context, vma }: VmaOperation, lock: boolean): Expr {
  const { machine, mm } = context;
  const mapped = k.register("mapped", bool);
  const changes = k.register("changes", bool);
  const flag = machine.vmaLocked(mm, vma);
  const isMarked = machine.vmaLock(mm, vma) !== undefined;
  const change = () => {
    k.outcome(lock ? "marks it as locked" : "marks it as not locked");
    if (!isConstant(flag)) k.set(flag, lock);
  };
  const note = isMarked ? "looks at the VMA's flag" : "changes the VMA's flag";
  k.step("mmap_write_lock", `takes the mmap lock for writing and ${note}`, () => {
    mmapWriteLock(k, context);
    k.set(mapped, machine.vmaMapped(mm, vma.index));
    k.set(changes, and(mapped, ne(flag, lock)));
    sayVma(k, "writing", mapped);
    k.if(
      changes,
      () => {
        if (!isMarked) change();
      },
      () => k.if(mapped, () => k.outcome(lock ? "finds it locked already" : "finds that it is not locked")),
    );
  });
  markVma(k, context, { vma, go: changes, change });
  k.if(changes, () => {
    const byPte = vma.pmdMappable ? mlockPmd(k, { context, vma }, lock) : constant(1, bool);
    for (let va = vma.first; va < vma.first + vma.count; va++) {
      const pte = machine.pte(mm, va);
      const one = () =>
        k.step(`mlock_pte_range ${at(machine.addresses, va)}`, "marks the page under the PTL, if it is mapped", () => {
          awaitPtl(k, context, mm);
          k.if(
            and(isPresent(pte), not(isZeroPage(machine, pte))),
            () => {
              const page = pfn(pte);
              if (lock) {
                const small = () => {
                  k.outcome("marks", page, "as locked, under the PTL");
                  markMlocked(k, machine, { mm, vma, page });
                };
                k.if(machine.largeFolio(page), () => mlockFolio(k, context, { vma, va, page }), small);
                return;
              }
              unmarkMlocked(k, machine, { mm, va, page });
              k.if(
                machine.pageMlocked(page),
                () => k.outcome("leaves", page, "marked, because another process has locked it"),
                () => k.outcome("unmarks", page, "under the PTL"),
              );
            },
            () => sayPassedOver(k, pte),
          );
        });
      k.if(byPte, one);
    }
  });
  k.step("mmap_write_unlock", "drops the mmap lock", () => mmapWriteUnlock(k, context));
  return mapped;
}

/**
 * allow_mlock_munlock(), at an entry of a large folio: marks the folio if this is the first of the entries that map all
 * of it. At the other entries nothing is left to do.
 */
function mlockFolio(
  k: Recorder,
  { machine, mm }: Context,
  { vma, va, page }: { readonly vma: Vma; readonly va: number; readonly page: Expr },
): void {
  const { first, count } = pairOf({ vma, va });
  const pair = Array.from({ length: count }, (_, offset) => first + offset);
  const whole =
    machine.has("mlock-marks-folios") && va === first ? mapsWhole({ machine, mm }, pair) : constant(0, bool);
  k.if(
    whole,
    () => {
      k.outcome("marks the folio of", page, "as locked, under the PTL");
      markFolioMlocked(k, machine, { mm, vma, page });
    },
    () => k.outcome("finds", page, "in a large folio: passes over it"),
  );
}

/**
 * The first part of mlock_pte_range(), a step: marks or unmarks the folio if a PMD maps it. Whether it has to look at
 * entries. A migration entry is passed over. Read in 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5. In 5.14
 * faulting marks the folio (follow_trans_huge_pmd), unless others map it or its lock is taken.
 */
function mlockPmd(k: Recorder, { context, vma }: VmaOperation, lock: boolean): Expr {
  const { machine, mm } = context;
  const byPte = k.register("by_pte", bool);
  const pmd = machine.pte(mm, vma.first);
  const page = pfn(pmd);
  k.step("pmd_trans_huge_lock", "marks the folio under the PTL, if a PMD maps it", () => {
    const huge = machine.pmdMapped(mm, vma);
    k.await(or(eq(machine.ptl(mm), 0), not(huge)));
    k.set(byPte, not(huge));
    const alone = and(eq(folioMapcount(machine, page), vma.count), eq(machine.pageLock(page), 0));
    const marks = machine.has("mlock-marks-shared-pmd") || !lock ? constant(1, bool) : alone;
    k.if(byPte, () => k.outcome("finds no PMD that maps a folio"));
    k.if(and(huge, or(not(isPresent(pmd)), not(marks))), () => sayPassedOver(k, pmd));
    k.if(and(huge, isPresent(pmd), marks), () => {
      k.outcome(lock ? "marks the folio of" : "unmarks the folio of", page, "under the PTL");
      if (lock) markPmdMlocked(k, machine, { mm, vma, page });
      else unmarkMlocked(k, machine, { mm, va: vma.first, page });
    });
  });
  return byPte;
}
