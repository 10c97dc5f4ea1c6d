/**
 * A driver as Documentation/mm/hmm.rst and the comment above make_device_exclusive() require it: it has one interval
 * notifier for all of its memory, and this notifier ignores the EXCLUSIVE events that the device's own requests cause.
 */
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { DeviceFault, Driver, InvalidateRange, RamFault } from "../machine/context.ts";
import { evictToRam, moveToDevice, moveToRam } from "./device-memory.ts";
import { clearDevice, setSequence } from "./invalidation.ts";
import { answerAccess, answerAtomic } from "./request.ts";

const file = "Documentation/mm/hmm.rst";

const driverAtomicFault = procedure<DeviceFault>("driver_atomic_fault", { file, returns: bool }, (k, fault) =>
  answerAtomic(k, { fault, finish: () => {} }),
);

const driverFault = procedure<DeviceFault & { readonly write: boolean }>(
  "driver_populate_range",
  { file, returns: bool },
  (k, fault) => answerAccess(k, { fault, finish: () => {} }, fault.write),
);

/**
 * The only notifier of a driver as documented: an interval notifier that ignores the device's own EXCLUSIVE events. It
 * might ignore the device's own MIGRATE events as well, but does not: this takes a page from the device before it is
 * moved to the device's memory.
 */
function invalidate(k: Recorder, range: InvalidateRange, device: number): void {
  if (range.event === "EXCLUSIVE" && range.owner === device) return;
  clearDevice(k, range, device, () => setSequence(k, range, device));
}

/** Takes the page from the device itself: the notifier came before the page was collected. */
const driverMigrateToRam = procedure<RamFault>("driver_migrate_to_ram", { file, returns: bool }, (k, fault) => {
  const { context, va, device } = fault;
  const range = { context, event: "MIGRATE", mm: context.mm, first: va, count: 1 } as const;
  moveToRam(k, fault, () => clearDevice(k, range, device, () => {}));
});

const driverMigrateToDevice = procedure<DeviceFault>("driver_migrate_to_device", { file }, (k, fault) =>
  moveToDevice(k, { fault, maps: "moved", mapsHoleWritable: true }),
);

/** Uses migrate_device_range(), as its comment in mm/migrate_device.c says. */
const evict = procedure<DeviceFault>("driver_evict", { file: file }, (k, fault) => evictToRam(k, fault));

export const asDocumented: Driver = {
  answerAtomic: driverAtomicFault,
  answerAccess: driverFault,
  migrateToDevice: driverMigrateToDevice,
  migrateToRam: driverMigrateToRam,
  evict,
  invalidate,
};
