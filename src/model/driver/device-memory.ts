/** What drivers do with pages in the memory of their devices: moving pages there and back, and eviction (Documentation/mm/hmm.rst). */
import { and, type Expr, eq, field, makeWord, ne, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { hasPage, isEmpty, type MigrateVma, migrateVmaFinalize, migrateVmaSetup } from "../kernel/migrate-device.ts";
import { migrateVmaPages } from "../kernel/migrate-device-pages.ts";
import { migrateDeviceRange } from "../kernel/migrate-device-range.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "../kernel/mmap-lock.ts";
import { allocateFrom, allocatePage, lockPage } from "../kernel/page.ts";
import type { DeviceFault, RamFault } from "../machine/context.ts";
import { mapsOrdinarily } from "../machine/device-entry.ts";
import { memoryOf } from "../machine/device-memory.ts";
import { vmaAt } from "../machine/machine.ts";

/**
 * migrate_to_ram(): moves the page back to memory that CPUs can access; false if there is none. `invalidate` takes the
 * address from the device, before the page is copied.
 */
export function moveToRam(k: Recorder, { context, device, va, page }: RamFault, invalidate: () => void): void {
  const { machine } = context;
  const request = {
    context,
    va,
    device,
    select: "device_private",
    ...(machine.has("private-fault-takes-reference") ? { faultPage: page } : {}),
  } as const;
  const src = k.call(migrateVmaSetup, request);
  k.if(not(hasPage(src)), () => k.return(true));
  const dst = replaceByRam(k, { ...request, src }, invalidate);
  k.return(ne(dst, machine.noPage));
}

/**
 * What follows when a page of the device was collected: a page that CPUs can access takes its place. Returns that page,
 * or no page. `invalidate` takes the address from the device, if that has not happened yet.
 */
function replaceByRam(k: Recorder, request: MigrateVma & { readonly src: Expr }, invalidate: () => void): Expr {
  const { context, src } = request;
  const { machine } = context;
  const dst = k.register("dpage", machine.types.page);
  k.step("alloc_page_vma", "allocates a page to move to", () =>
    allocatePage(k, context, dst, () => k.set(dst, machine.noPage)),
  );
  const moved = { ...request, dst };
  const done = k.register("moved", bool);
  k.if(ne(dst, machine.noPage), () => {
    k.step("lock_page(dpage)", "locks the page to move to", () => lockPage(k, context, dst));
    invalidate();
    copyPage(k, machine.copied(field(src, "pfn")));
    k.set(done, k.call(migrateVmaPages, moved));
  });
  k.call(migrateVmaFinalize, { ...moved, done });
  return dst;
}

/** Evicts a page from the device's memory, without a fault. The notifiers have taken it from the device. */
export function evictToRam(k: Recorder, { context, device, va }: DeviceFault): void {
  const request = { context, va, device, select: "device_private" } as const;
  const src = k.call(migrateDeviceRange, request);
  k.if(hasPage(src), () => replaceByRam(k, { ...request, src }, () => {}));
}

function copyPage(k: Recorder, copied: Expr): void {
  k.step("copy", "copies the page's content", () => k.set(copied, true));
}

export interface ToDevice {
  readonly fault: DeviceFault;
  /** Whether the driver maps its page on the device: if it was moved to, even if it was not, or only for a later fault. */
  readonly maps: "moved" | "always" | "never";
  /** Whether the device may write to a page that was put into an empty entry, if the VMA may be written to. */
  readonly mapsHoleWritable?: boolean;
  /** The move is a part of a request, which may succeed without it. */
  readonly optional?: boolean;
}

/**
 * Moves a page to the device's memory, if nothing prevents it, and maps it on the device. The mmap lock is held for
 * reading until both are done.
 */
export function moveToDevice(k: Recorder, to: ToDevice): void {
  const { context, device, va } = to.fault;
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const mapped = k.register("mapped", bool);
  const done = k.register("moved", bool);
  k.set(done, false);
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
    mmapReadLock(k, context);
    k.set(mapped, machine.vmaMapped(mm, vma.index));
    sayVma(k, "reading", mapped);
  });
  k.if(mapped, () => {
    const request = { context, va, device, select: "system" } as const;
    const src = k.call(migrateVmaSetup, request);
    k.if(or(hasPage(src), isEmpty(src)), () => fillDevice(k, to, { ...request, src }, done));
  });
  k.step("mmap_read_unlock", "drops the mmap lock", () => {
    mmapReadUnlock(k, context);
    if (to.optional !== true) k.if(not(done), () => k.set(machine.failed(context.actor), true));
  });
}

/** What follows migrate_vma_setup(): a page of the device takes the place of the page or of the empty entry. */
function fillDevice(
  k: Recorder,
  { fault: { context, device, va }, maps, mapsHoleWritable = false }: ToDevice,
  request: MigrateVma & { readonly src: Expr },
  done: Expr,
): void {
  const { machine, mm } = context;
  const { src } = request;
  const dst = k.register("dpage", machine.types.page);
  k.step("allocate device memory", "takes a free page of the device", () =>
    allocateFrom(k, context, { pages: memoryOf(machine, device), into: dst }, () => k.set(dst, machine.noPage)),
  );
  const moved = { ...request, dst };
  k.if(ne(dst, machine.noPage), () => {
    k.step("lock_page(dpage)", "locks the device's page", () => lockPage(k, context, dst));
    k.if(hasPage(src), () => copyPage(k, machine.copied(field(src, "pfn"))));
    k.set(done, k.call(migrateVmaPages, moved));
    const map = () =>
      k.step("map on the device", "under the driver's mutex: maps the page on the device", () => {
        k.await(eq(machine.driverMutex(device), 0));
        k.outcome("maps", dst, "on the device");
        const hole = mapsHoleWritable ? and(isEmpty(src), machine.vmaWrite(mm, vmaAt(machine, va))) : false;
        const entry = { valid: true, pfn: dst };
        const write = or(field(src, "write"), hole);
        k.set(
          machine.devicePte(device, va),
          makeWord(machine.types.deviceEntry, mapsOrdinarily(machine) ? { ...entry, write } : entry),
        );
      });
    if (maps === "always") map();
    if (maps === "moved") k.if(done, map);
  });
  k.call(migrateVmaFinalize, { ...moved, done });
}
