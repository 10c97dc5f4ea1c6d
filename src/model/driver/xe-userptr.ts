/**
 * xe's user pointers (drivers/gpu/drm/xe/xe_userptr.c): a range of the device's addresses that stands for a range of a
 * process's memory. Their interval notifier has two passes, so that the device drops the translations of several ranges
 * at once.
 */
import { eq, makeWord, not } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { mightSleep } from "../kernel/page-table.ts";
import { type DeviceFault, type Driver, type InvalidateRange, ownerValue } from "../machine/context.ts";
import { dropTranslations, setSequence, unlockMutex } from "./invalidation.ts";
import { xe } from "./xe.ts";

/** Atomics work on the device's own memory only. */
const refuseAtomic = procedure<DeviceFault>(
  "xe_userptr_atomic",
  { file: "drivers/gpu/drm/xe/xe_userptr.c", returns: bool },
  (k) => k.return(false),
);

/**
 * xe_vma_userptr_invalidate_start(): takes the whole range from the device's page table. If no other invalidation is
 * between its passes, it submits the flush of the device's TLB and leaves it to the second pass to wait. If one is, it
 * waits itself (finish_inuse). That the first pass may also wait for bindings in the second one is left out: in the model
 * a binding is one step.
 */
function start(k: Recorder, range: InvalidateRange, device: number) {
  const { context } = range;
  const { machine } = context;
  const { name } = at(machine.devices, device);
  const pending = machine.finishPending(device);
  const empty = makeWord(machine.types.deviceEntry, {});
  const deferred = k.register(`deferred ${name}`, bool);
  k.step(`${name}: first pass`, "clears the range in the device's page table; begins to flush the device's TLB", () => {
    mightSleep(k, context);
    k.await(eq(machine.driverMutex(device), 0));
    setSequence(k, range, device);
    for (const va of machine.addresses.keys()) k.set(machine.devicePte(device, va), empty);
    k.set(deferred, not(pending));
    k.if(
      pending,
      () => {
        k.outcome("finds another invalidation between its passes: waits itself");
        if (machine.has("second-invalidation-waits")) k.set(machine.driverMutex(device), ownerValue(context));
      },
      () => k.outcome("leaves it to the second pass to wait"),
    );
    k.set(pending, true);
  });
  if (machine.has("second-invalidation-waits"))
    k.if(not(deferred), () =>
      k.step(`${name}: wait for the flush`, "waits for the flush of the device's TLB", () => {
        dropTranslations(k, context, device);
        unlockMutex(k, context, device);
      }),
    );
  return deferred;
}

/** xe_vma_userptr_invalidate_finish() */
function finish(k: Recorder, { context }: InvalidateRange, device: number): void {
  const { machine } = context;
  const { name } = at(machine.devices, device);
  k.step(`${name}: second pass`, "waits for the flush of the device's TLB", () => {
    mightSleep(k, context);
    k.await(eq(machine.driverMutex(device), 0));
    dropTranslations(k, context, device);
    k.set(machine.finishPending(device), false);
  });
}

export const xeUserptr: Driver = { ...xe, answerAtomic: refuseAtomic, passes: { start, finish } };
