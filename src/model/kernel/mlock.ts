/** mlock() and munlock() (mm/mlock.c). */
import { and, type Expr, eq, isConstant, ne, not } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { getUserPagesRemote } from "./gup.ts";
import { markMlocked, unmarkMlocked } from "./mlocked.ts";
import { mmapReadLock, mmapReadUnlock, mmapWriteLock, mmapWriteUnlock } from "./mmap-lock.ts";
import { putPage } from "./page.ts";
import { awaitPtl, isPresent, isZeroPage, pfn } from "./page-table.ts";
import type { VmaOperation } from "./zap.ts";

/**
 * mlock(): marks what is mapped, then faults the rest in (__mm_populate), as get_user_pages does it for writing. Up to
 * v5.17 there was only the second, which marked what it found; what is not present is passed over by the first.
 */
export const mlock = procedure<VmaOperation>("do_mlock", { file: "mm/mlock.c" }, (k, { context, vma }) => {
  const { machine } = context;
  const mapped = mlockFixup(k, { context, vma }, true);
  if (!vma.writable) return;
  k.if(mapped, () => {
    for (let va = vma.first; va < vma.first + vma.count; va++) {
      const name = machine.addresses[va];
      k.step(`mmap_read_lock ${name}`, "takes the mmap lock for reading", () => mmapReadLock(k, context));
      const page = k.call(getUserPagesRemote, { context, va });
      k.if(ne(page, machine.noPage), () =>
        k.step(`put_page ${name}`, "drops the reference; populating only wants the mapping", () =>
          putPage(k, context, page),
        ),
      );
      k.step(`mmap_read_unlock ${name}`, "drops the mmap lock; ENOMEM without a page", () => {
        k.if(eq(page, machine.noPage), () => k.set(machine.failed(context.actor), true));
        mmapReadUnlock(k, context);
      });
    }
  });
});

/** munlock() */
export const munlock = procedure<VmaOperation>("munlock", { file: "mm/mlock.c" }, (k, operation) => {
  mlockFixup(k, operation, false);
});

/** mlock_fixup() and mlock_pte_range(): whether there is a VMA. */
function mlockFixup(k: Recorder, { context, vma }: VmaOperation, lock: boolean): Expr {
  const { machine, mm } = context;
  const mapped = k.register("mapped", bool);
  k.step("mmap_write_lock", "takes the mmap lock for writing and changes the VMA's flag", () => {
    mmapWriteLock(k, context);
    k.set(mapped, machine.vmaMapped(mm, vma.index));
    k.if(mapped, () => {
      if (!isConstant(machine.vmaLocked(mm, vma))) k.set(machine.vmaLocked(mm, vma), lock);
    });
  });
  k.if(mapped, () => {
    for (let va = vma.first; va < vma.first + vma.count; va++) {
      const pte = machine.pte(mm, va);
      k.step(`mlock_pte_range ${machine.addresses[va]}`, "marks the page, if it is mapped, under the PTL", () => {
        awaitPtl(k, context, mm);
        k.if(and(isPresent(pte), not(isZeroPage(machine, pte))), () => {
          if (lock) markMlocked(k, machine, { mm, vma, page: pfn(pte) });
          else unmarkMlocked(k, machine, { mm, va, page: pfn(pte) });
        });
      });
    }
  });
  k.step("mmap_write_unlock", "drops the mmap lock", () => mmapWriteUnlock(k, context));
  return mapped;
}
