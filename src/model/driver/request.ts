/**
 * What all drivers do when they answer a device's fault: subscriptions, sequence numbers, the step that programs the
 * device.
 */
import { and, constant, type Expr, eq, field, gt, makeWord, ne, not, or, select } from "../../ir/expression.ts";
import { required } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { hmmRangeFault } from "../kernel/hmm.ts";
import { mmapReadLock, mmapReadUnlock } from "../kernel/mmap-lock.ts";
import { putPage, unlockPage } from "../kernel/page.ts";
import { type Context, type DeviceFault, ownerValue } from "../machine/context.ts";
import { atomicEntry, mapsOrdinarily } from "../machine/device-entry.ts";
import { hasDeviceMemory, isMemoryOf } from "../machine/device-memory.ts";
import { traitsOf } from "../machine/traits-of.ts";
import { makeExclusive } from "./make-exclusive.ts";

/** mmu_interval_notifier_insert() for one page, by the worker that answers a device's faults one after the other. */
export function subscribe(k: Recorder, { context, engine, device, va }: DeviceFault): void {
  const { machine, mm } = context;
  k.step("mmu_interval_notifier_insert", "subscribes to invalidations of the page", () => {
    if (machine.faultWorker !== undefined) {
      k.await(eq(machine.faultWorker(device), 0));
      k.set(machine.faultWorker(device), ownerValue(context));
    }
    k.set(machine.subscription(engine), va + 1);
    k.set(machine.subscriptionStale(engine), false);
    // A subscription that is inserted during an invalidation waits for the end of it, whatever range it covers.
    k.set(machine.subscriptionInvalidating(engine), gt(machine.activeInvalidations(mm), 0));
  });
}

export function unsubscribe(k: Recorder, { context: { machine }, engine, device }: DeviceFault, label: string): void {
  k.step(label, "waits for a current invalidation and unsubscribes", () => {
    k.await(not(machine.subscriptionInvalidating(engine)));
    k.outcome("unsubscribes; no invalidation is under way");
    k.set(machine.subscription(engine), 0);
    k.set(machine.subscriptionStale(engine), false);
    if (machine.faultWorker !== undefined) k.set(machine.faultWorker(device), 0);
  });
}

export function readBegin(k: Recorder, { context: { machine }, engine }: DeviceFault): void {
  k.step("mmu_interval_read_begin", "waits until no invalidation that reached the subscription is under way", () => {
    k.await(not(machine.subscriptionInvalidating(engine)));
    k.outcome("reads the sequence number; no invalidation is under way");
    k.set(machine.subscriptionStale(engine), false);
  });
}

/**
 * A driver that starts over may do so for a second. In the model the second may be over at any time; `again` says
 * whether the driver tries again.
 */
export function tryAgain(k: Recorder, { machine }: Context, again: Expr): void {
  if (!machine.has("driver-gives-up")) return;
  k.step("time_after(jiffies, timeout)", "begins again, or gives up because its second is over", () =>
    k.choose(
      {
        again: () => {
          k.outcome("begins again");
          k.set(again, true);
        },
        "timed out": () => {
          k.outcome("gives up, because its second is over");
          k.set(again, false);
        },
      },
      ["again"],
    ),
  );
}

export interface DriverForm {
  readonly fault: DeviceFault;
  /** Removes the subscription, if the driver has one for each request. */
  readonly finish: (label: string) => void;
  /** Fails, with a warning, if hmm_range_fault() finds a page for a store that may only be read. */
  readonly warnsOfReadOnly?: boolean;
  /**
   * What the device may do with the page: what hmm_range_fault() found, by default; or writes as well; or writes and
   * atomics, and then the page has to be in the device's own memory.
   */
  readonly maps?: "writable" | "own memory for atomics";
  /** Starts over until it succeeds or fails. */
  readonly endless?: boolean;
}

/**
 * Makes the page exclusive and maps it on the device for atomics. If an invalidation has come since the driver began,
 * it starts over instead. False if the page cannot be made exclusive.
 */
export function answerAtomic(k: Recorder, { fault, finish }: DriverForm): void {
  const { context, device, va } = fault;
  const { machine } = context;
  const early = machine.has("driver-begins-before-make");
  const lateUnlock = machine.has("driver-maps-before-unlock");
  const retry = k.register("retry", bool);
  k.loop(() => {
    if (early) readBegin(k, fault);
    k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
    const page = k.call(makeExclusive(machine), { context, va, owner: device });
    k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
    k.if(eq(page, machine.noPage), () => {
      finish("mmu_interval_notifier_remove after failure");
      k.return(false);
    });
    if (!early) readBegin(k, fault);
    const letGo = (when: string) => {
      k.step(`unlock_page ${when}`.trim(), "unlocks the page", () => unlockPage(k, context, page));
      k.step(`put_page ${when}`.trim(), "drops the reference", () => putPage(k, context, page));
    };
    if (!lateUnlock) letGo("");
    programDevice(k, fault, { entry: atomicEntry(machine, device, page), retry });
    k.if(retry, () => {
      if (lateUnlock && traitsOf(machine, device).letsGoBeforeRetry) letGo("before starting over");
      tryAgain(k, context, retry);
      k.if(retry, () => k.continue());
      finish("mmu_interval_notifier_remove after the timeout");
      k.return(false);
    });
    if (lateUnlock) letGo("");
    finish("mmu_interval_notifier_remove");
    k.return(true);
  });
}

/**
 * Maps the page on the device for loads, or also for stores, as hmm_range_fault() found it; false if it found no page.
 */
export function answerAccess(k: Recorder, form: DriverForm, write: boolean): void {
  const { fault, finish } = form;
  const { context } = fault;
  const retry = k.register("retry", bool);
  k.loop(() => {
    readBegin(k, fault);
    const found = faultRange(k, fault, write);
    k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
    k.if(eq(field(found, "outcome"), "error"), () => {
      finish("mmu_interval_notifier_remove after failure");
      k.return(false);
    });
    k.set(retry, eq(field(found, "outcome"), "busy"));
    const { machine } = context;
    const atomic = form.maps === "own memory for atomics";
    const entry = makeWord(machine.types.deviceEntry, {
      valid: true,
      pfn: field(found, "pfn"),
      atomic,
      ...(mapsOrdinarily(machine) ? { write: form.maps === undefined ? field(found, "write") : true } : {}),
    });
    if (atomic)
      k.if(and(not(retry), not(isMemoryOf(machine, fault.device, field(found, "pfn")))), () => {
        finish("mmu_interval_notifier_remove without a page of the device");
        k.return(false);
      });
    // Only a page in the device's own memory is found without the permission that was asked for.
    const warns = form.warnsOfReadOnly === true && write && hasDeviceMemory(machine);
    const refused = warns ? not(field(found, "write")) : constant(0, bool);
    k.if(not(retry), () => programDevice(k, fault, { entry, retry, refused }));
    k.if(retry, () => {
      if (form.endless !== true) tryAgain(k, context, retry);
      k.if(retry, () => k.continue());
      finish("mmu_interval_notifier_remove after the timeout");
      k.return(false);
    });
    if (warns)
      k.if(refused, () => {
        k.step("WARN_ON", "finds that the page may only be read", () =>
          k.assert(false, "dmirror_do_fault: WARN_ON(range->default_flags & HMM_PFN_WRITE)"),
        );
        k.return(false);
      });
    finish("mmu_interval_notifier_remove");
    k.return(true);
  });
}

/** hmm_range_fault(), with the mmap lock held for reading when it returns. */
function faultRange(k: Recorder, fault: DeviceFault, write: boolean): Expr {
  const { context } = fault;
  const lockAndFault = () => {
    k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
    return k.call(hmmRangeFault, { ...fault, write });
  };
  if (!context.machine.has("hmm-drops-mmap-lock")) return lockAndFault();
  let found: Expr | undefined;
  k.loop(() => {
    found = lockAndFault();
    k.if(ne(field(found, "outcome"), "unlocked"), () => k.break());
  });
  return required(found, "the result of hmm_range_fault()");
}

/** Part of a step: what mmu_interval_read_retry() found. */
function saySequence(k: Recorder, changed: Expr): void {
  k.if(
    changed,
    () => k.outcome("sees the sequence number changed: has to start over"),
    () => k.outcome("sees the sequence number unchanged"),
  );
}

/**
 * mmu_interval_read_retry() and what depends on it, under the driver's mutex: `retry` becomes true if an invalidation
 * came.
 */
function programDevice(
  k: Recorder,
  { context: { machine }, engine, device, va }: DeviceFault,
  {
    entry,
    retry,
    refused = constant(0, bool),
  }: {
    readonly entry: Expr;
    readonly retry: Expr;
    /** The driver does not map what it found. */
    readonly refused?: Expr;
  },
): void {
  const pte = machine.devicePte(device, va);
  const mutexFree = eq(machine.driverMutex(device), 0);
  const stale = machine.has("driver-rechecks-sequence") ? machine.subscriptionStale(engine) : constant(0, bool);
  if (machine.has("driver-maps-under-mutex")) {
    const note = "under the driver's mutex: maps the page unless an invalidation came since read_begin";
    k.step("program the device", note, () => {
      k.await(mutexFree);
      k.set(retry, stale);
      saySequence(k, retry);
      k.if(and(not(retry), not(refused)), () => k.outcome("maps", field(entry, "pfn"), "on the device"));
      k.set(pte, select(or(stale, refused), pte, entry));
    });
    return;
  }
  k.step("mmu_interval_read_retry", "checks whether an invalidation came since read_begin", () => {
    k.set(retry, stale);
    saySequence(k, retry);
  });
  k.if(and(not(retry), not(refused)), () =>
    k.step("program the device", "maps the page without the driver's mutex", () => k.set(pte, entry)),
  );
}
