/** The device's memory accesses: its TLB, its page table, and the fault that its driver answers. */
import { add, and, eq, field, not, subtract } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { enumeration } from "../../ir/types.ts";
import { type DeviceFault, nouveauAtomicRangeFault } from "../driver/nouveau.ts";
import { dmirrorExclusive } from "../driver/test-hmm.ts";
import { recordWrite } from "../kernel/tracking.ts";

const lookup = enumeration("DeviceLookup", ["fault", "filled", "loaded"]);

/**
 * A device atomic: a load and a store with nothing of the device's own in between, which only exclusivity keeps the
 * CPUs out of. It ends without effect where the driver cannot give the page.
 */
export const deviceAtomic = procedure<DeviceFault>("device_atomic", { file: "hardware/device" }, (k, fault) => {
  const { context, engine, device, va } = fault;
  const { machine, mm } = context;
  const tlb = machine.deviceTlb(device, va);
  const pte = machine.devicePte(device, va);
  const inFlight = machine.atomicInFlight(engine);
  const outcome = k.register("lookup", lookup);
  const access = (write: boolean) => k.emit("device_access", { device, page: subtract(inFlight, 1), mm, va, write });
  k.loop(() => {
    k.step("load", "loads through the device's TLB, or fills it from the device's page table, or faults", () => {
      k.if(
        and(field(tlb, "valid"), field(tlb, "atomic")),
        () => {
          k.set(outcome, "loaded");
          k.set(inFlight, add(field(tlb, "pfn"), 1));
          access(false);
        },
        () =>
          k.if(
            and(field(pte, "valid"), field(pte, "atomic")),
            () => {
              k.set(outcome, "filled");
              k.set(tlb, pte);
            },
            () => k.set(outcome, "fault"),
          ),
      );
    });
    k.if(eq(outcome, "loaded"), () => {
      k.step("store", "stores what the atomic computed", () => {
        access(true);
        recordWrite(k, machine, { mm, va, page: subtract(inFlight, 1), by: "device" });
        k.set(inFlight, 0);
      });
      k.return();
    });
    k.if(eq(outcome, "fault"), () => {
      const handler = machine.devices[device]?.driver === "test_hmm" ? dmirrorExclusive : nouveauAtomicRangeFault;
      const handled = k.call(handler, fault);
      k.if(not(handled), () => {
        k.step("cancel", "ends without effect: the driver could not give the page", () =>
          k.set(machine.failed(context.actor), true),
        );
        k.return();
      });
    });
  });
});
