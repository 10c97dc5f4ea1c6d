/** The device's memory accesses: its TLB, its page table, and the fault that its driver answers. */
import { add, and, constant, type Expr, eq, field, ne, not, subtract } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { withMm } from "../kernel/mm-users.ts";
import { endWriting, recordWrite } from "../kernel/tracking.ts";
import type { DeviceFault, Driver } from "../machine/context.ts";

const lookup = enumeration("DeviceLookup", ["fault", "filled", "loaded"]);
const accessLookup = enumeration("DeviceAccess", ["fault", "filled", "accessed"]);

/**
 * A device atomic: a load and a store. The device itself does nothing in between. Only exclusivity keeps the CPUs out.
 * It ends without effect if the driver cannot make the page exclusive.
 */
export const deviceAtomic = procedure<DeviceFault>("device_atomic", { file: "hardware/device" }, (k, fault) => {
  const { context, engine, device, va } = fault;
  const { machine, mm } = context;
  const tlb = machine.deviceTlb(device, va);
  const pte = machine.devicePte(device, va);
  const inFlight = machine.atomicInFlight(engine);
  const outcome = k.register("lookup", lookup);
  const access = (write: boolean) =>
    k.emit("device_access", { device, page: subtract(inFlight, 1), mm, va, write, atomic: true });
  k.loop(() => {
    k.step("load", "loads through the device's TLB, or fills the TLB from the device's page table, or faults", () => {
      k.if(
        and(field(tlb, "valid"), field(tlb, "atomic")),
        () => {
          k.set(outcome, "loaded");
          k.outcome("loads from", field(tlb, "pfn"), "through the device's TLB");
          k.set(inFlight, add(field(tlb, "pfn"), 1));
          access(false);
        },
        () =>
          missTlb(k, fault, and(field(pte, "valid"), field(pte, "atomic")), {
            filled: () => k.set(outcome, "filled"),
            faults: () => k.set(outcome, "fault"),
          }),
      );
    });
    k.if(eq(outcome, "loaded"), () => {
      k.step("store", "stores the result of the atomic", () => {
        access(true);
        recordWrite(k, context, { va, page: subtract(inFlight, 1), by: "device" });
        k.set(inFlight, 0);
      });
      k.return();
    });
    k.if(eq(outcome, "fault"), () => {
      const handled = withMm(k, context, () => k.call(driverOf(fault).answerAtomic, fault));
      k.if(not(handled), () => cancel(k, fault, true));
    });
  });
});

/** Part of a step: the device fills its TLB from its page table, or faults if its entry does not allow the access. */
function missTlb(
  k: Recorder,
  { context: { machine }, device, va }: DeviceFault,
  allowed: Expr,
  { filled, faults }: { readonly filled: () => void; readonly faults: () => void },
): void {
  const pte = machine.devicePte(device, va);
  k.outcome("misses the device's TLB");
  k.if(
    allowed,
    () => {
      filled();
      k.outcome("fills it from the device's page table:", pte);
      k.set(machine.deviceTlb(device, va), pte);
    },
    () => {
      k.outcome("finds no entry in the device's page table that allows the access");
      k.outcome("faults");
      faults();
    },
  );
}

/** nouveau_svm_fault_cancel(), or an ioctl that fails. */
function cancel(k: Recorder, { context }: DeviceFault, write: boolean): void {
  k.step("cancel", "ends without effect, because the driver could not make the page accessible", () => {
    k.set(context.machine.failed(context.actor), true);
    if (write) endWriting(k, context);
  });
  k.return();
}

function driverOf({ context: { machine, drivers }, device }: DeviceFault): Driver {
  return drivers[at(machine.devices, device).driver];
}

export const deviceLoad = procedure<DeviceFault>("device_load", { file: "hardware/device" }, (k, fault) => {
  deviceAccess(k, fault, false);
});

export const deviceStore = procedure<DeviceFault>("device_store", { file: "hardware/device" }, (k, fault) => {
  deviceAccess(k, fault, true);
});

/** Asks the driver to move the page to the device's memory. Errors are ignored ("best effort"). */
export const migrateToDevice = procedure<DeviceFault>("migrate_to_device", { file: "hardware/device" }, (k, fault) => {
  const { context } = fault;
  withMm(k, context, () => {
    k.call(driverOf(fault).migrateToDevice, fault);
    return constant(1, bool);
  });
});

/** Asks the driver to empty the place of the page in the device's memory. It needs no address space. */
export const evictFromDevice = procedure<DeviceFault>("evict_from_device", { file: "hardware/device" }, (k, fault) => {
  const { machine, actor } = fault.context;
  if (machine.has("device-eviction")) return void k.call(driverOf(fault).evict, fault);
  k.step("no eviction", "fails, because the kernel has no migrate_device_range()", () =>
    k.set(machine.failed(actor), true),
  );
});

/** A plain load or store, through any entry that allows it. */
function deviceAccess(k: Recorder, fault: DeviceFault, write: boolean): void {
  const { context, device, va } = fault;
  const { machine, mm } = context;
  const tlb = machine.deviceTlb(device, va);
  const pte = machine.devicePte(device, va);
  const outcome = k.register("lookup", accessLookup);
  const note = `${write ? "writes" : "reads"} through the device's TLB, or fills the TLB from the device's page table, or faults`;
  k.loop(() => {
    k.step("access", note, () => {
      k.if(
        and(field(tlb, "valid"), write ? field(tlb, "write") : true),
        () => {
          k.set(outcome, "accessed");
          k.outcome(write ? "writes to" : "reads", field(tlb, "pfn"), "through the device's TLB");
          const page = field(tlb, "pfn");
          k.if(ne(page, machine.noPage), () => k.emit("device_access", { device, page, mm, va, write, atomic: false }));
          if (write) recordWrite(k, context, { va, page, by: "device" });
        },
        () =>
          missTlb(k, fault, and(field(pte, "valid"), write ? field(pte, "write") : true), {
            filled: () => k.set(outcome, "filled"),
            faults: () => k.set(outcome, "fault"),
          }),
      );
    });
    k.if(eq(outcome, "accessed"), () => k.return());
    k.if(eq(outcome, "fault"), () => {
      const handled = withMm(k, context, () => k.call(driverOf(fault).answerAccess, { ...fault, write }));
      k.if(not(handled), () => cancel(k, fault, write));
    });
  });
}
