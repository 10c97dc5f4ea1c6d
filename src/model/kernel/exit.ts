/** The end of a process (kernel/exit.c, kernel/fork.c, mm/mmap.c). */
import { and, eq } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { rootOf } from "../machine/machine.ts";
import { mmapReadLock, mmapReadUnlock, mmapWriteLock, mmapWriteUnlock, sayMapped } from "./mmap-lock.ts";
import { notifierRelease } from "./notifier.ts";
import { awaitReverseMap, linkVma } from "./reverse-map.ts";
import { unmapPageRange } from "./zap.ts";

interface Exit {
  readonly context: Context;
}

/**
 * do_group_exit() and the last mmput(): the other threads of the process begin no new operation. Once the address space
 * has no users it is destroyed. In the kernel the task that drops the last use destroys it, for example a driver's
 * request. Here the exiting thread waits and does it.
 */
export const doExit = procedure<Exit>("do_group_exit", { file: "kernel/exit.c" }, (k, { context }) => {
  const { machine, mm } = context;
  const state = machine.exitState(mm);
  const first = k.register("first", bool);
  k.step("zap_other_threads", "tells the process's other threads to stop", () => {
    k.set(first, eq(state, "running"));
    k.if(
      eq(state, "running"),
      () => {
        k.outcome("tells the process's other threads to stop");
        k.set(state, "exiting");
      },
      () => k.outcome("finds the process exiting already"),
    );
  });
  k.if(first, () => {
    k.step("mmput", "drops the last use of the address space, after all other users have dropped theirs", () => {
      k.await(eq(machine.mmUsers(mm), 0));
      k.set(state, "exited");
    });
    k.call(exitMmap, { context });
  });
});

/**
 * exit_mmap(), with check_mm() at its end. The mmap lock is held as in v6.1 and later. In earlier versions only the
 * out-of-memory reaper could see the difference, and exit waited for the reaper.
 */
const exitMmap = procedure<Exit>("__mmput", { file: "kernel/fork.c" }, (k, { context }) => {
  const { machine, mm } = context;
  const vmas = machine.vmas.filter((vma) => vma.mm === rootOf(machine, mm));
  k.call(notifierRelease, { context, mm });
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
  for (const vma of vmas) {
    const mapped = k.register(`mapped ${vma.name}`, bool);
    k.step(`unmap_vmas ${vma.name}`, "checks whether the VMA is mapped", () => {
      k.set(mapped, machine.vmaMapped(mm, vma.index));
      sayMapped(k, mapped);
    });
    k.if(mapped, () => k.call(unmapPageRange, { context, mm, first: vma.first, count: vma.count, event: "UNMAP" }));
  }
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
  k.step("mmap_write_lock", "takes the mmap lock for writing, which waits for the out-of-memory reaper", () =>
    mmapWriteLock(k, context),
  );
  for (const vma of vmas)
    k.step(`free_pgtables ${vma.name}`, "takes the VMA out of the reverse map", () => {
      awaitReverseMap(k, context, vma);
      linkVma(k, machine, mm, vma, false);
    });
  k.step("check_mm", "drops the mmap lock and the mm_struct, whose counters should be 0", () => {
    const counters = [machine.rssAnon(mm), machine.rssFile(mm), machine.rssSwap(mm)];
    k.assert(and(...counters.map((counter) => eq(counter, 0))), "BUG: Bad rss-counter state");
    mmapWriteUnlock(k, context);
  });
});
