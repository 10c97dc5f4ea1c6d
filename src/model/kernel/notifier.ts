/**
 * MMU notifiers (mm/mmu_notifier.c). Sequence numbers grow without bound in the kernel; here each interval subscription
 * keeps the two facts that its number is ever compared for: whether an invalidation came since the driver began reading
 * (`stale`, for mmu_interval_read_retry), and whether one that reached it is still under way (`invalidating`, for
 * mmu_interval_read_begin).
 */
import { add, and, eq, gt, le, makeWord, subtract } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { type Context, ownerValue } from "../context.ts";
import type { Machine } from "../machine.ts";

const file = "mm/mmu_notifier.c";

export type NotifierEvent = "CLEAR" | "UNMAP" | "PROTECTION_VMA" | "PROTECTION_PAGE" | "SOFT_DIRTY" | "EXCLUSIVE";

export interface InvalidateRange {
  readonly context: Context;
  readonly event: NotifierEvent;
  readonly mm: number;
  readonly first: number;
  readonly count: number;
  /** The device on whose behalf an EXCLUSIVE event is sent; its driver may ignore the event. */
  readonly owner?: number | undefined;
}

/** mmu_notifier_invalidate_range_start(): returns when every device has given up its mappings of the range. */
export const invalidateRangeStart = procedure<InvalidateRange>(
  "mmu_notifier_invalidate_range_start",
  { file },
  (k, range) => {
    const { machine } = range.context;
    const { mm } = range;
    k.step("active++", "opens the invalidation", () => {
      const active = machine.activeInvalidations(mm);
      k.set(active, add(active, 1));
    });
    // Interval notifiers come first, ordinary ones after them; nouveau relies on this order.
    for (const [engine, info] of machine.engines.entries()) {
      if (info.mm === mm && driverOf(machine, info.device) !== "test_hmm")
        intervalCallback(k, range, engine, info.device);
    }
    for (const [device, info] of machine.devices.entries()) {
      if (info.mm !== mm) continue;
      if (info.driver !== "test_hmm") nouveauCallback(k, range, device);
      else testHmmCallback(k, range, device);
    }
  },
);

/** mmu_notifier_invalidate_range_end() */
export const invalidateRangeEnd = procedure<{ readonly context: Context; readonly mm: number }>(
  "mmu_notifier_invalidate_range_end",
  { file },
  (k, { context: { machine }, mm }) => {
    k.step("active--", "closes the invalidation; the last one lets readers go on", () => {
      const active = machine.activeInvalidations(mm);
      k.set(active, subtract(active, 1));
      k.if(eq(active, 0), () => {
        for (const [engine, info] of machine.engines.entries()) {
          if (info.mm === mm) k.set(machine.subscriptionInvalidating(engine), false);
        }
      });
    });
  },
);

function driverOf(machine: Machine, device: number): string | undefined {
  return machine.devices[device]?.driver;
}

/** nouveau_svm_range_invalidate(): records that an invalidation came, unless it is the device's own EXCLUSIVE event. */
function intervalCallback(k: Recorder, range: InvalidateRange, engine: number, device: number): void {
  if (range.event === "EXCLUSIVE" && range.owner === device) return;
  const { machine } = range.context;
  const subscription = machine.subscription(engine);
  const name = machine.actors[machine.engines[engine]?.actor ?? -1]?.name ?? "";
  k.step(
    `interval callback for ${name}`,
    "tells the driver's request under way, if it covers the range, to start over",
    () => {
      k.if(and(gt(subscription, range.first), le(subscription, range.first + range.count)), () => {
        k.await(eq(machine.driverMutex(device), 0));
        k.set(machine.subscriptionStale(engine), true);
        k.set(machine.subscriptionInvalidating(engine), true);
      });
    },
  );
}

/** nouveau_svmm_invalidate_range_start(): clears the device's page table, then its TLB, under the driver's mutex. */
function nouveauCallback(k: Recorder, { context, first, count }: InvalidateRange, device: number): void {
  const { machine } = context;
  const name = machine.devices[device]?.name ?? "";
  const empty = makeWord(machine.types.deviceEntry, {});
  const addresses = Array.from({ length: count }, (_, offset) => first + offset);
  k.step(
    `${name}: clear the page table`,
    "takes the driver's mutex and clears the range in the device's page table",
    () => {
      k.await(eq(machine.driverMutex(device), 0));
      k.set(machine.driverMutex(device), ownerValue(context));
      for (const va of addresses) k.set(machine.devicePte(device, va), empty);
    },
  );
  k.step(
    `${name}: invalidate the TLB`,
    "waits for the device's accesses under way and drops its cached translations",
    () => {
      if (machine.has("device-invalidation-waits")) {
        for (const [engine, info] of machine.engines.entries()) {
          if (info.device === device) k.await(eq(machine.atomicInFlight(engine), 0));
        }
      }
      for (const va of addresses) k.set(machine.deviceTlb(device, va), empty);
      const mutex = machine.driverMutex(device);
      k.assert(
        eq(mutex, ownerValue(context)),
        "mutex_unlock of a mutex that this actor does not hold",
        "lock-discipline",
      );
      k.set(mutex, 0);
    },
  );
}

/**
 * dmirror_interval_invalidate(): its subscription covers everything and it ignores no event of this protocol. It erases
 * one page more than the range, since both ends of its index range are included.
 */
function testHmmCallback(k: Recorder, { context, first, count }: InvalidateRange, device: number): void {
  const { machine } = context;
  const name = machine.devices[device]?.name ?? "";
  const empty = makeWord(machine.types.deviceEntry, {});
  k.step(
    `${name}: dmirror_interval_invalidate`,
    "erases the range from the mirror's page table under its mutex",
    () => {
      k.await(eq(machine.driverMutex(device), 0));
      if (machine.has("device-invalidation-waits")) {
        for (const [engine, info] of machine.engines.entries()) {
          if (info.device === device) k.await(eq(machine.atomicInFlight(engine), 0));
        }
      }
      for (let va = first; va <= first + count && va < machine.addresses.length; va++) {
        k.set(machine.devicePte(device, va), empty);
        k.set(machine.deviceTlb(device, va), empty);
      }
    },
  );
}
