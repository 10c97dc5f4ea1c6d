/** What drivers do when the kernel takes a range of addresses from their device. */
import { eq, makeWord } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { mightSleep } from "../kernel/page-table.ts";
import { type Context, type InvalidateRange, ownerValue } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";

/** mmu_interval_set_seq() in a subscription that covers everything: marks all current requests. */
export function setSequence(k: Recorder, { context: { machine } }: InvalidateRange, device: number): void {
  for (const [engine, info] of machine.engines.entries()) {
    if (info.device !== device) continue;
    k.set(machine.subscriptionStale(engine), true);
    k.set(machine.subscriptionInvalidating(engine), true);
  }
}

/** Part of a step: waits for the device's current accesses and drops all of its cached translations. */
export function dropTranslations(k: Recorder, { machine }: Context, device: number): void {
  awaitAccesses(k, machine, device);
  for (const va of machine.addresses.keys())
    k.set(machine.deviceTlb(device, va), makeWord(machine.types.deviceEntry, {}));
}

function awaitAccesses(k: Recorder, machine: Machine, device: number): void {
  if (!machine.has("device-invalidation-waits")) return;
  for (const [engine, info] of machine.engines.entries())
    if (info.device === device) k.await(eq(machine.atomicInFlight(engine), 0));
}

/** Clears the device's page table and then its TLB, under the driver's mutex. `also` is part of the first step. */
export function clearDevice(
  k: Recorder,
  { context, first, count }: InvalidateRange,
  device: number,
  also: () => void,
): void {
  const { machine } = context;
  const { name } = at(machine.devices, device);
  const empty = makeWord(machine.types.deviceEntry, {});
  const addresses = Array.from({ length: count }, (_, offset) => first + offset);
  k.step(
    `${name}: clear the page table`,
    "takes the driver's mutex and clears the range in the device's page table",
    () => {
      mightSleep(k, context);
      k.await(eq(machine.driverMutex(device), 0));
      k.set(machine.driverMutex(device), ownerValue(context));
      also();
      for (const va of addresses) k.set(machine.devicePte(device, va), empty);
    },
  );
  k.step(
    `${name}: invalidate the TLB`,
    "waits for the device's current accesses and drops its cached translations",
    () => {
      awaitAccesses(k, machine, device);
      for (const va of addresses) k.set(machine.deviceTlb(device, va), empty);
      unlockMutex(k, context, device);
    },
  );
}

/** Part of a step: drops the mutex of the device's driver. */
export function unlockMutex(k: Recorder, context: Context, device: number): void {
  const mutex = context.machine.driverMutex(device);
  const holds = eq(mutex, ownerValue(context));
  k.assert(holds, "mutex_unlock of a mutex that this actor does not hold", "lock-discipline");
  k.set(mutex, 0);
}
