/**
 * MMU notifiers (mm/mmu_notifier.c). In the kernel, sequence numbers grow without bound. Here each interval
 * subscription keeps the two facts for which its number is compared: whether an invalidation has come since the driver
 * began to read (`stale`, for mmu_interval_read_retry), and whether an invalidation that reached the subscription is
 * still under way (`invalidating`, for mmu_interval_read_begin).
 */
import { add, and, type Expr, eq, gt, le, ne, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, InvalidateRange } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { traitsOf } from "../machine/traits-of.ts";
import { decrement } from "./counter.ts";
import { mightSleep } from "./page-table.ts";

const file = "mm/mmu_notifier.c";

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
    // Interval notifiers come first, ordinary notifiers after them. nouveau relies on this order.
    for (const [engine, info] of machine.engines.entries()) {
      if (info.mm === mm && !traitsOf(machine, info.device).standingSubscription)
        intervalCallback(k, range, engine, info.device);
    }
    callNotifiers(k, range, () => true);
  },
);

/**
 * Calls the notifiers of devices in their order; of notifiers in two passes the first ones, and the second ones after
 * all others. (In the kernel ordinary notifiers come after the second passes.)
 */
function callNotifiers(k: Recorder, range: InvalidateRange, includes: (device: number) => boolean): void {
  const { machine, drivers } = range.context;
  const finishes: (() => void)[] = [];
  for (const [device, info] of machine.devices.entries()) {
    if (info.mm !== range.mm || !includes(device)) continue;
    const { invalidate, passes } = drivers[info.driver];
    if (passes === undefined) invalidate(k, range, device);
    else {
      const deferred = passes.start(k, range, device);
      finishes.push(() => k.if(deferred, () => passes.finish(k, range, device)));
    }
  }
  for (const finish of finishes) finish();
}

/**
 * mmu_notifier_invalidate_range_start_nonblock(): false if a driver would have to wait. The caller then does not end
 * the invalidation. If an interval notifier refused, the start has already ended it. If an ordinary notifier refused,
 * as nouveau's always does, nothing ends it: active_invalidate_ranges stays too high for ever. (The kernel counts it
 * once there was any interval notifier, that is, since the device's first fault; the model counts from the start.)
 */
export const invalidateRangeStartNonblock = procedure<InvalidateRange>(
  "mmu_notifier_invalidate_range_start",
  { file, returns: bool },
  (k, range) => {
    const { machine } = range.context;
    const { mm } = range;
    const active = machine.activeInvalidations(mm);
    const refused = k.register("refused", bool);
    k.step("active++", "opens the invalidation", () => k.set(active, add(active, 1)));
    const endIfRefused = (name: string) =>
      k.if(refused, () => {
        k.step(`mn_itree_inv_end after ${name}`, "closes the invalidation, because the driver's mutex is taken", () =>
          closeInvalidation(k, machine, mm),
        );
        k.return(false);
      });
    for (const [engine, info] of machine.engines.entries()) {
      if (info.mm !== mm || traitsOf(machine, info.device).standingSubscription) continue;
      const label = `interval callback for ${at(machine.actors, info.actor).name}`;
      k.step(
        label,
        "tries the driver's mutex and makes its current request start over, if the request covers the range",
        () => {
          const covers = isCovered(range, machine.subscription(engine));
          k.set(refused, and(covers, ne(machine.driverMutex(info.device), 0)));
          k.if(refused, () =>
            k.outcome("finds the driver's mutex taken by", machine.driverMutex(info.device), ": gives up"),
          );
          k.if(not(covers), () => k.outcome(doesNotCover));
          k.if(and(covers, eq(machine.driverMutex(info.device), 0)), () => {
            k.outcome(startsOver);
            k.set(machine.subscriptionStale(engine), true);
            k.set(machine.subscriptionInvalidating(engine), true);
          });
        },
      );
      endIfRefused(label);
    }
    for (const [device, info] of machine.devices.entries()) {
      if (info.mm !== mm || !traitsOf(machine, device).standingSubscription) continue;
      const inFlight = machine.engines.flatMap((of, engine) =>
        of.device === device ? [ne(machine.atomicInFlight(engine), 0)] : [],
      );
      if (traitsOf(machine, device).refusesNonblocking) {
        k.step(
          `${info.name}: refuses`,
          "closes the invalidation, because the driver's notifier never goes on without waiting",
          () => closeInvalidation(k, machine, mm),
        );
        k.return(false);
        return;
      }
      const label = `mutex_trylock ${info.name}`;
      const busy = traitsOf(machine, device).accessesUnderMutex ? inFlight : [];
      k.step(label, "gives up if the driver's mutex is taken", () => {
        k.set(refused, or(ne(machine.driverMutex(device), 0), ...busy));
        k.if(
          refused,
          () => k.outcome("finds the driver's mutex taken: gives up"),
          () => k.outcome("finds the driver's mutex free"),
        );
      });
      endIfRefused(label);
      range.context.drivers[info.driver].invalidate(k, range, device);
    }
    for (const [device, info] of machine.devices.entries()) {
      if (info.mm !== mm || traitsOf(machine, device).standingSubscription) continue;
      k.step(`${info.name}: EAGAIN`, "nouveau's ordinary notifier refuses, because it must not wait", () => {
        if (machine.has("nonblock-failure-ends-invalidation")) closeInvalidation(k, machine, mm);
      });
      k.return(false);
      return;
    }
    k.return(true);
  },
);

/**
 * mmu_notifier_release(): the address space goes away. Interval notifiers are called; ordinary notifiers are called if
 * they ask for it.
 */
export const notifierRelease = procedure<{ readonly context: Context; readonly mm: number }>(
  "mmu_notifier_release",
  { file },
  (k, { context, mm }) => {
    const { machine } = context;
    const range = { context, mm, event: "RELEASE", first: 0, count: machine.addresses.length } as const;
    k.step("active++", "opens the invalidation of everything", () =>
      k.set(machine.activeInvalidations(mm), add(machine.activeInvalidations(mm), 1)),
    );
    // Requests, and therefore nouveau's interval notifiers, need a user of the address space.
    callNotifiers(k, range, (device) => traitsOf(machine, device).standingSubscription);
    k.step("active--", "closes the invalidation", () => closeInvalidation(k, machine, mm));
    for (const [device, info] of machine.devices.entries()) {
      const ordinary = info.mm === mm && !traitsOf(machine, device).standingSubscription;
      if (ordinary && machine.has("nouveau-hears-of-release"))
        context.drivers[info.driver].invalidate(k, range, device);
    }
    k.step("hlist_del_init_rcu", "removes the ordinary notifiers; from here on they are not called", () =>
      k.set(machine.exitState(mm), "released"),
    );
  },
);

/** mmu_notifier_invalidate_range_end() */
export const invalidateRangeEnd = procedure<{ readonly context: Context; readonly mm: number }>(
  "mmu_notifier_invalidate_range_end",
  { file },
  (k, { context: { machine }, mm }) => {
    k.step("active--", "closes the invalidation; closing the last one lets readers go on", () => {
      closeInvalidation(k, machine, mm);
      k.if(
        eq(machine.activeInvalidations(mm), 0),
        () => k.outcome("closes the last invalidation, so that readers may go on"),
        () => k.outcome("closes the invalidation, while others are open"),
      );
    });
  },
);

/** mn_itree_inv_end(), part of a step. */
function closeInvalidation(k: Recorder, machine: Machine, mm: number): void {
  const active = machine.activeInvalidations(mm);
  decrement(k, active, "mn_itree_inv_end without a start", "lock-discipline");
  k.if(eq(active, 0), () => {
    for (const [engine, info] of machine.engines.entries()) {
      if (info.mm === mm) k.set(machine.subscriptionInvalidating(engine), false);
    }
  });
}

const startsOver = "makes the driver's current request start over";
const doesNotCover = "finds that the driver has no request for the range";

function isCovered({ first, count }: InvalidateRange, subscription: Expr): Expr {
  return and(gt(subscription, first), le(subscription, first + count));
}

/** nouveau_svm_range_invalidate(): records that an invalidation came, unless it is the device's own EXCLUSIVE event. */
function intervalCallback(k: Recorder, range: InvalidateRange, engine: number, device: number): void {
  if (range.event === "EXCLUSIVE" && range.owner === device) return;
  const { machine } = range.context;
  const subscription = machine.subscription(engine);
  const { name } = at(machine.actors, at(machine.engines, engine).actor);
  k.step(
    `interval callback for ${name}`,
    "makes the driver's current request start over, if the request covers the range",
    () => {
      k.if(
        isCovered(range, subscription),
        () => {
          mightSleep(k, range.context);
          k.await(eq(machine.driverMutex(device), 0));
          k.outcome(startsOver);
          k.set(machine.subscriptionStale(engine), true);
          k.set(machine.subscriptionInvalidating(engine), true);
        },
        () => k.outcome(doesNotCover),
      );
    },
  );
}
