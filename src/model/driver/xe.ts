/**
 * xe's shared virtual memory (drivers/gpu/drm/xe/xe_svm.c), which drm_gpusvm.c and drm_pagemap.c carry out. A driver of
 * this form asks for no exclusive access: it makes atomics on pages in the device's own memory. What it maps it has always
 * found by hmm_range_fault(), under a sequence number that counts every event.
 */
import { eq, subtract } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, int } from "../../ir/types.ts";
import type { DeviceFault, Driver, InvalidateRange, RamFault } from "../machine/context.ts";
import { evictToRam, moveToDevice, moveToRam } from "./device-memory.ts";
import { clearDevice, setSequence } from "./invalidation.ts";
import { answerAccess } from "./request.ts";

const file = "drivers/gpu/drm/xe/xe_svm.c";
const pagemap = "drivers/gpu/drm/drm_pagemap.c";

/** migrate_try_count for atomics. */
const mostTries = 3;

/**
 * drm_gpusvm_get_pages() and the binding. Loads too ask for a page that may be written to, and the mapping allows writes
 * without a look at what hmm_range_fault() found (HMM_PFN_WRITE).
 */
const getPages = procedure<DeviceFault & { readonly atomic: boolean }>(
  "drm_gpusvm_get_pages",
  { file: "drivers/gpu/drm/drm_gpusvm.c", returns: bool },
  (k, { atomic, ...fault }) => {
    const form = {
      fault,
      finish: () => {},
      maps: atomic ? "own memory for atomics" : "writable",
      endless: true,
    } as const;
    answerAccess(k, form, true);
  },
);

const handlePagefault = procedure<DeviceFault>("xe_svm_handle_pagefault", { file, returns: bool }, (k, fault) =>
  k.return(k.call(getPages, { ...fault, atomic: false })),
);

/** The same if the device needs the page in its memory (need_vram): moves it there first, three times at most. */
const handleAtomic = procedure<DeviceFault>("xe_svm_handle_pagefault", { file, returns: bool }, (k, fault) => {
  const left = k.register("migrate_try_count", int(0, mostTries));
  k.set(left, mostTries);
  k.loop(() => {
    k.call(migrateToDevice, { ...fault, optional: true });
    const mapped = k.call(getPages, { ...fault, atomic: true });
    k.if(mapped, () => k.return(true));
    k.set(left, subtract(left, 1));
    k.if(eq(left, 0), () => k.return(false));
  });
});

/** drm_pagemap_migrate_to_devmem(). It maps nothing on the device. A page that is there already stays. */
const migrateToDevice = procedure<DeviceFault & { readonly optional?: boolean }>(
  "drm_pagemap_migrate_to_devmem",
  { file: pagemap },
  (k, { optional = false, ...fault }) => moveToDevice(k, { fault, maps: "never", optional }),
);

/** drm_pagemap_migrate_to_ram(): its notifier has taken the page from the device. */
const migrateToRam = procedure<RamFault>("drm_pagemap_migrate_to_ram", { file: pagemap, returns: bool }, (k, fault) =>
  moveToRam(k, fault, () => {}),
);

/** drm_gpusvm_notifier_invalidate() and xe_svm_invalidate(): ignore no event. */
function invalidate(k: Recorder, range: InvalidateRange, device: number): void {
  clearDevice(k, range, device, () => setSequence(k, range, device));
}

/** drm_pagemap_evict_to_ram(), for a buffer that has to leave the memory. The kernel tries three times. */
const evict = procedure<DeviceFault>("drm_pagemap_evict_to_ram", { file: pagemap }, (k, fault) => evictToRam(k, fault));

export const xe: Driver = {
  answerAtomic: handleAtomic,
  answerAccess: handlePagefault,
  migrateToDevice,
  migrateToRam,
  evict,
  invalidate,
};
