/** Taking the memory of a process that the out-of-memory killer has chosen (mm/oom_kill.c). */
import { add, and, eq, isConstant, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { rootOf } from "../machine/machine.ts";
import { mmapReadUnlock, sayMapped } from "./mmap-lock.ts";
import { unmapPageRange } from "./zap.ts";

/** oom_reap_task_mm(), called once. It never waits, neither for the mmap lock nor in the drivers' notifiers. */
export const oomReap = procedure<{ readonly context: Context }>(
  "oom_reap_task_mm",
  { file: "mm/oom_kill.c" },
  (k, { context }) => {
    const { machine, mm } = context;
    const takesLocked = machine.has("oom-reap-takes-locked");
    const locked = k.register("locked", bool);
    k.step(
      "mmap_read_trylock",
      "takes the mmap lock for reading unless it is held for writing; from then on no fault maps a new page",
      () => {
        k.set(locked, eq(machine.mmapWriter(mm), 0));
        k.if(
          eq(machine.mmapWriter(mm), 0),
          () => {
            k.outcome("takes the mmap lock for reading");
            if (!isConstant(machine.reaped(mm))) k.set(machine.reaped(mm), true);
            k.set(machine.mmapReaders(mm), add(machine.mmapReaders(mm), 1));
          },
          () => k.outcome("finds the mmap lock held for writing by", machine.mmapWriter(mm), ": gives up"),
        );
      },
    );
    k.if(locked, () => {
      for (const vma of machine.vmas.filter((own) => own.mm === rootOf(machine, mm))) {
        const mapped = k.register(`mapped ${vma.name}`, bool);
        k.step(`for_each_vma ${vma.name}`, "checks whether the VMA is mapped and may be reaped", () => {
          k.set(mapped, and(machine.vmaMapped(mm, vma.index), takesLocked ? true : not(machine.vmaLocked(mm, vma))));
          const spared = and(machine.vmaMapped(mm, vma.index), not(mapped));
          k.if(
            spared,
            () => k.outcome("finds the VMA locked into memory: passes over it"),
            () => sayMapped(k, mapped),
          );
        });
        const range = { context, mm, first: vma.first, count: vma.count, event: "UNMAP" } as const;
        k.if(mapped, () => k.call(unmapPageRange, { ...range, nonblocking: true }));
      }
      k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
    });
  },
);
