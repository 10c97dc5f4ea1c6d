/**
 * lib/test_hmm.c, the kernel's own test driver. It reads no sequence number when it makes pages exclusive: only the
 * page lock protects it then.
 */
import { eq, makeWord } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { mmapReadLock, mmapReadUnlock } from "../kernel/mmap-lock.ts";
import { putPage, unlockPage } from "../kernel/page.ts";
import { mightSleep } from "../kernel/page-table.ts";
import type { DeviceFault, Driver, InvalidateRange, RamFault } from "../machine/context.ts";
import { atomicEntry, mapsOrdinarily } from "../machine/device-entry.ts";
import { evictToRam, moveToDevice, moveToRam } from "./device-memory.ts";
import { setSequence } from "./invalidation.ts";
import { makeExclusive } from "./make-exclusive.ts";
import { answerAccess } from "./request.ts";

const file = "lib/test_hmm.c";

/** dmirror_exclusive() and dmirror_atomic_map(), for one page; false if the page could not be made exclusive. */
const dmirrorExclusive = procedure<DeviceFault>("dmirror_exclusive", { file, returns: bool }, (k, fault) => {
  const { context, device, va } = fault;
  const { machine } = context;
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
  const page = k.call(makeExclusive(machine), { context, va, owner: undefined, byProcess: true });
  k.if(eq(page, machine.noPage), () => {
    k.step("mmap_read_unlock after failure", "drops the mmap lock", () => mmapReadUnlock(k, context));
    k.return(false);
  });
  const map = () =>
    k.step("dmirror_atomic_map", "under the mirror's mutex: maps the page", () => {
      k.await(eq(machine.driverMutex(device), 0));
      k.set(machine.devicePte(device, va), atomicEntry(machine, device, page));
    });
  if (machine.has("driver-maps-before-unlock")) map();
  k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
  k.step("put_page", "drops the reference", () => putPage(k, context, page));
  if (!machine.has("driver-maps-before-unlock")) map();
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
  k.return(true);
});

/**
 * dmirror_fault(), dmirror_range_fault() and dmirror_do_fault(): here the driver reads the sequence number as required.
 */
const dmirrorFault = procedure<DeviceFault & { readonly write: boolean }>(
  "dmirror_fault",
  { file, returns: bool },
  (k, fault) => answerAccess(k, { fault, finish: () => {}, warnsOfReadOnly: true }, fault.write),
);

/**
 * dmirror_interval_invalidate(): its subscription covers all addresses. It ignores the MIGRATE events of its own device,
 * which then do not change the sequence number, and no other events. It
 * erases one page more than the range, because both ends of its index range are included.
 */
function invalidate(k: Recorder, range: InvalidateRange, device: number): void {
  if (range.event === "MIGRATE" && range.owner === device) return;
  const { context, first, count } = range;
  const { machine } = context;
  const { name } = at(machine.devices, device);
  const empty = makeWord(machine.types.deviceEntry, {});
  k.step(
    `${name}: dmirror_interval_invalidate`,
    "erases the range from the mirror's page table under its mutex",
    () => {
      mightSleep(k, context);
      k.await(eq(machine.driverMutex(device), 0));
      if (machine.has("device-invalidation-waits")) {
        for (const [engine, info] of machine.engines.entries()) {
          if (info.device === device) k.await(eq(machine.atomicInFlight(engine), 0));
        }
      }
      // Only loads and stores compare the sequence number.
      if (mapsOrdinarily(machine)) setSequence(k, range, device);
      for (let va = first; va <= first + count && va < machine.addresses.length; va++) {
        k.set(machine.devicePte(device, va), empty);
        k.set(machine.deviceTlb(device, va), empty);
      }
    },
  );
}

/** dmirror_devmem_fault(): erases the mirror's entry without its mutex. */
const dmirrorDevmemFault = procedure<RamFault>("dmirror_devmem_fault", { file, returns: bool }, (k, fault) => {
  const { machine } = fault.context;
  moveToRam(k, fault, () =>
    k.step("xa_erase", "erases the address from the mirror's page table", () => {
      const empty = makeWord(machine.types.deviceEntry, {});
      k.set(machine.devicePte(fault.device, fault.va), empty);
      k.set(machine.deviceTlb(fault.device, fault.va), empty);
    }),
  );
});

/** dmirror_migrate_to_device() */
const dmirrorMigrateToDevice = procedure<DeviceFault>("dmirror_migrate_to_device", { file }, (k, fault) =>
  moveToDevice(k, { fault, maps: "moved", mapsHoleWritable: true }),
);

/** dmirror_device_evict_chunk(), when the mirror is closed or its memory is given back. */
const evict = procedure<DeviceFault>("dmirror_device_evict_chunk", { file: file }, (k, fault) => evictToRam(k, fault));

export const testHmm: Driver = {
  answerAtomic: dmirrorExclusive,
  answerAccess: dmirrorFault,
  migrateToDevice: dmirrorMigrateToDevice,
  migrateToRam: dmirrorDevmemFault,
  evict,
  invalidate,
};
