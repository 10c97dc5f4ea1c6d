/** mremap() of memory that a PMD may map: moves what the PMD points to as a whole (mm/mremap.c, mm/huge_memory.c). */
import { and, constant, eq, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { usesUserfaultfd } from "../machine/userfaultfd.ts";
import { type Move, movedEntry, writeMoved } from "./moved-entry.ts";
import { letGo, takeInHand } from "./page.ts";
import { awaitPtl, holdPtl, isPresent, none, pfn, releasePtl } from "./page-table.ts";
import { awaitReverseMap } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";

/** What the old PMD points to. `entries`: a page table that is not moved as a whole. */
const oldPmd = enumeration("OldPmd", ["empty", "folio", "table", "entries"]);

/**
 * move_huge_pmd() and move_normal_pmd(): false if the entries of a page table have to be moved one by one, as in a VMA
 * that userfaultfd monitors. The entries of a page table that is moved as a whole keep all their bits. A migration
 * entry of a folio is moved like a folio, and needs no flush. Read in 5.14, 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2
 * and 7.1.5.
 */
export const movePmd = procedure<Move>("move_pgt_entry", { file: "mm/mremap.c", returns: bool }, (k, move) => {
  const { context, from, to } = move;
  const { machine, mm } = context;
  const kind = k.register("old_pmd", oldPmd);
  const entries = Array.from({ length: from.count }, (_, offset) => {
    const oldVa = from.first + offset;
    const old = k.register(`pmd ${machine.addresses[oldVa]}`, machine.types.pte);
    return { oldVa, newVa: to.first + offset, pte: machine.pte(mm, oldVa), old };
  });
  const isMapped = isPresent(at(entries, 0).old);
  const folio = pfn(at(entries, 0).old);
  // A walk of the reverse map would visit the new VMA first.
  const needRmapLocks = to.index < from.index;
  const marks = machine.has("page-table-move-marks-soft-dirty");
  const writeFolio = () => {
    for (const { oldVa, newVa, old } of entries)
      writeMoved(k, context, { oldVa, newVa, entry: movedEntry(machine, old) });
    k.set(machine.pmdMapped(mm, to), true);
  };
  k.step("pmd_lock", "takes the PTL, and empties the PMD or moves its page table", () => {
    awaitPtl(k, context, mm);
    const huge = machine.pmdMapped(mm, from);
    const table = machine.pageTable(mm, from);
    k.if(or(table, needRmapLocks ? huge : false), () => awaitReverseMap(k, context, from));
    const monitored = usesUserfaultfd(machine) ? machine.userfaultfd(mm, from) : constant(0, bool);
    const byEntries = machine.has("mremap-clears-uffd-wp") ? and(table, monitored) : constant(0, bool);
    k.set(kind, "empty");
    k.if(not(or(huge, table)), () => k.outcome("finds the PMD empty"));
    k.if(byEntries, () => {
      k.outcome("finds a page table in memory that userfaultfd monitors");
      k.set(kind, "entries");
      k.set(machine.pageTable(mm, to), true);
    });
    k.if(or(huge, and(table, not(byEntries))), () => {
      holdPtl(k, context, mm);
      for (const { pte, old } of entries) {
        k.set(old, pte);
        k.set(pte, none(machine));
      }
    });
    k.if(and(table, not(byEntries)), () => {
      k.outcome("moves the page table");
      k.set(kind, "table");
      for (const { oldVa, newVa, old } of entries)
        writeMoved(k, context, { oldVa, newVa, entry: marks ? movedEntry(machine, old) : old });
      k.set(machine.pageTable(mm, from), false);
      k.set(machine.pageTable(mm, to), true);
    });
    k.if(huge, () => {
      k.outcome(needRmapLocks ? "moves the PMD" : "empties the PMD");
      k.set(kind, "folio");
      k.set(machine.pmdMapped(mm, from), false);
      if (needRmapLocks) return writeFolio();
      k.if(isMapped, () => {
        for (const _ of entries) takeInHand(k, context, folio);
      });
    });
  });
  if (!needRmapLocks)
    k.if(eq(kind, "folio"), () =>
      k.step("set_pmd_at", "writes the PMD at the new address and marks it as soft-dirty", () => {
        writeFolio();
        k.if(isMapped, () => {
          for (const _ of entries) letGo(k, context, folio);
        });
      }),
    );
  k.if(or(eq(kind, "folio"), eq(kind, "table")), () =>
    k.step("flush_tlb_range", "flushes the old addresses from the CPUs' TLBs and drops the PTL", () => {
      if (machine.has("mremap-flushes-tlb"))
        k.if(or(eq(kind, "table"), isMapped), () => flushTlb(k, machine, mm, from.first, from.count));
      releasePtl(k, context, mm);
    }),
  );
  k.return(not(eq(kind, "entries")));
});
