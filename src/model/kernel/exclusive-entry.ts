/** Turning a present entry into a device-exclusive one, in three steps between which hardware may look (mm/rmap.c). */
import { field, makeWord } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { MappedEntry } from "./clear-entry.ts";
import { unmarkMlocked } from "./mlocked.ts";
import { letGo, putPage, removeMapping } from "./page.ts";
import { releasePtl } from "./page-table.ts";
import { flushTlb } from "./tlb.ts";

/** The flush, and the step that writes the entry. `also` runs in that second step. */
export function finishConversion(k: Recorder, { context, mm, va, page, pteval }: MappedEntry, also: () => void): void {
  const { machine } = context;
  const oneKind = machine.has("restore-recomputes-write");
  if (machine.has("conversion-flushes-tlb"))
    k.step(`ptep_flush ${at(machine.addresses, va)}`, "flushes the old translation from the CPUs' TLBs", () =>
      flushTlb(k, machine, mm, va, 1),
    );
  k.step(`set the exclusive entry ${at(machine.addresses, va)}`, "writes the entry and unlocks the PTL", () => {
    const entry = makeWord(machine.types.pte, {
      kind: "device_exclusive",
      pfn: page,
      write: oneKind ? false : field(pteval, "write"),
      soft_dirty: machine.has("conversion-keeps-soft-dirty") ? field(pteval, "soft_dirty") : false,
      uffd_wp: machine.has("conversion-keeps-uffd-wp") ? field(pteval, "uffd_wp") : false,
    });
    if (machine.has("conversion-transfers-dirty"))
      k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
    also();
    // The mapping's reference becomes the entry's reference.
    if (machine.has("conversion-keeps-reference")) letGo(k, context, page);
    else putPage(k, context, page);
    k.set(machine.pte(mm, va), entry);
    k.emit("pte_made_exclusive", { before: pteval, after: entry });
    if (!machine.has("entries-keep-mapcount")) {
      removeMapping(k, machine, page);
      unmarkMlocked(k, machine, { mm, va, page });
    }
    releasePtl(k, context, mm);
  });
}
