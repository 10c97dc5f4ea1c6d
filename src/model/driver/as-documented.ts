/**
 * A driver as Documentation/mm/hmm.rst and the comment above make_device_exclusive() require it: it has one interval
 * notifier for all of its memory, and this notifier ignores the EXCLUSIVE events that the device's own requests cause.
 */
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { answerAccess, answerAtomic, type DeviceFault } from "./request.ts";

const file = "Documentation/mm/hmm.rst";

export const driverAtomicFault = procedure<DeviceFault>("driver_atomic_fault", { file, returns: bool }, (k, fault) =>
  answerAtomic(k, { fault, finish: () => {} }),
);

export const driverFault = procedure<DeviceFault & { readonly write: boolean }>(
  "driver_populate_range",
  { file, returns: bool },
  (k, fault) => answerAccess(k, { fault, finish: () => {} }, fault.write),
);
