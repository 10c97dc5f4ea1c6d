/** drivers/gpu/drm/nouveau/nouveau_svm.c, before and after its retry was corrected (commit b3fefbb30a16). */
import { ne } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { DeviceFault, Driver, InvalidateRange, RamFault } from "../machine/context.ts";
import { evictToRam, moveToDevice, moveToRam } from "./device-memory.ts";
import { clearDevice } from "./invalidation.ts";
import { answerAccess, answerAtomic, subscribe, unsubscribe } from "./request.ts";

const file = "drivers/gpu/drm/nouveau/nouveau_svm.c";
const dmem = "drivers/gpu/drm/nouveau/nouveau_dmem.c";

/**
 * nouveau_atomic_range_fault(): makes the page exclusive and maps it on the device; false if this is impossible. The
 * driver gives up after a second. In the model the second may be over whenever the driver starts over.
 */
const nouveauAtomicRangeFault = procedure<DeviceFault>(
  "nouveau_atomic_range_fault",
  { file, returns: bool },
  (k, fault) => {
    subscribe(k, fault);
    answerAtomic(k, { fault, finish: (label) => unsubscribe(k, fault, label) });
  },
);

/** nouveau_range_fault(), for a load or a store of the device. */
const nouveauRangeFault = procedure<DeviceFault & { readonly write: boolean }>(
  "nouveau_range_fault",
  { file, returns: bool },
  (k, fault) => {
    subscribe(k, fault);
    answerAccess(k, { fault, finish: (label) => unsubscribe(k, fault, label) }, fault.write);
  },
);

/**
 * nouveau_svmm_invalidate_range_start(): clears the device's page table and then its TLB, under the driver's mutex. It
 * ignores the MIGRATE events of its own device.
 */
function invalidate(k: Recorder, range: InvalidateRange, device: number): void {
  if (range.event === "MIGRATE" && range.owner === device) return;
  const { machine } = range.context;
  const clear = () => clearDevice(k, range, device, () => {});
  if (!machine.uses("exit")) return clear();
  // Truncation reaches an address space that has exited. So does the exit itself after mmu_notifier_release().
  const registered = k.register("registered", bool);
  const label = `hlist_empty for ${at(machine.devices, device).name}`;
  k.step(label, "checks whether the notifier is still registered", () => {
    k.set(registered, ne(machine.exitState(range.mm), "released"));
    k.if(
      registered,
      () => k.outcome("finds the notifier registered"),
      () => k.outcome("finds that the notifier was removed"),
    );
  });
  k.if(registered, clear);
}

/** nouveau_dmem_migrate_to_ram() */
const migrateToRam = procedure<RamFault>("nouveau_dmem_migrate_to_ram", { file: dmem, returns: bool }, (k, fault) => {
  const { context, va, device } = fault;
  const range = { context, event: "MIGRATE", mm: context.mm, first: va, count: 1 } as const;
  moveToRam(k, fault, () => clearDevice(k, range, device, () => {}));
});

/**
 * nouveau_dmem_migrate_vma(), called by an ioctl. The device's own mapping of the page is not removed before the page is
 * copied; and the page of the device is mapped on the device even if migrate_vma_pages() has refused it.
 */
const migrateToDevice = procedure<DeviceFault>("nouveau_dmem_migrate_vma", { file: dmem }, (k, fault) =>
  moveToDevice(k, { fault, maps: "always" }),
);

/** nouveau_dmem_evict_chunk(), when the device goes away. */
const evict = procedure<DeviceFault>("nouveau_dmem_evict_chunk", { file: dmem }, (k, fault) => evictToRam(k, fault));

export const nouveau: Driver = {
  answerAtomic: nouveauAtomicRangeFault,
  answerAccess: nouveauRangeFault,
  migrateToDevice,
  migrateToRam,
  evict,
  invalidate,
};
