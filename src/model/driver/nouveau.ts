/** drivers/gpu/drm/nouveau/nouveau_svm.c, before and after its retry was corrected (commit b3fefbb30a16). */
import { eq, gt, makeWord, not, select } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import { mmapReadLock, mmapReadUnlock } from "../kernel/mmap-lock.ts";
import { putPage, unlockPage } from "../kernel/page.ts";
import { makeExclusive } from "./make-exclusive.ts";

export interface DeviceFault {
  readonly context: Context;
  readonly engine: number;
  readonly device: number;
  readonly va: number;
}

/**
 * nouveau_atomic_range_fault(): makes the page exclusive and maps it on the device; false if that cannot be. It gives
 * up after a second, which here can have passed whenever it starts over.
 */
export const nouveauAtomicRangeFault = procedure<DeviceFault>(
  "nouveau_atomic_range_fault",
  { file: "drivers/gpu/drm/nouveau/nouveau_svm.c", returns: bool },
  (k, { context, engine, device, va }) => {
    const { machine, mm } = context;
    const subscription = machine.subscription(engine);
    const stale = machine.subscriptionStale(engine);
    const invalidating = machine.subscriptionInvalidating(engine);
    const retry = k.register("retry", bool);
    k.step("mmu_interval_notifier_insert", "subscribes to invalidations of the page", () => {
      k.set(subscription, va + 1);
      k.set(stale, false);
      // Inserted during an invalidation, it waits for its end, whatever that covers.
      k.set(invalidating, gt(machine.activeInvalidations(mm), 0));
    });
    const remove = (label: string) =>
      k.step(label, "waits for an invalidation under way and unsubscribes", () => {
        k.await(not(invalidating));
        k.set(subscription, 0);
        k.set(stale, false);
      });
    k.loop(() => {
      k.step(
        "mmu_interval_read_begin",
        "waits until no invalidation that reached the subscription is under way",
        () => {
          k.await(not(invalidating));
          k.set(stale, false);
        },
      );
      k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
      const page = k.call(makeExclusive(machine), { context, va, owner: device });
      k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
      k.if(eq(page, machine.noPage), () => {
        remove("mmu_interval_notifier_remove after failure");
        k.return(false);
      });
      k.step(
        "program the device",
        "under the driver's mutex: maps the page unless an invalidation came since read_begin",
        () => {
          k.await(eq(machine.driverMutex(device), 0));
          const mayMap = machine.has("driver-rechecks-sequence") ? not(stale) : not(false);
          const entry = makeWord(machine.types.deviceEntry, { valid: true, pfn: page, atomic: true });
          k.set(retry, not(mayMap));
          k.set(machine.devicePte(device, va), select(mayMap, entry, machine.devicePte(device, va)));
        },
      );
      const letGo = (when: string) => {
        k.step(`unlock_page ${when}`.trim(), "unlocks the page", () => unlockPage(k, context, page));
        k.step(`put_page ${when}`.trim(), "drops the reference", () => putPage(k, context, page));
      };
      k.if(retry, () => {
        if (machine.devices[device]?.driver === "nouveau") letGo("before starting over");
        k.step("time_after(jiffies, timeout)", "begins again, or gives up when its second is over", () =>
          k.choose({ again: () => k.set(retry, true), "timed out": () => k.set(retry, false) }),
        );
        k.if(retry, () => k.continue());
        remove("mmu_interval_notifier_remove after the timeout");
        k.return(false);
      });
      letGo("");
      remove("mmu_interval_notifier_remove");
      k.return(true);
    });
  },
);
