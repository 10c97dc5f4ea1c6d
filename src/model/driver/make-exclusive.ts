import type { Procedure } from "../../ir/recorder.ts";
import { makeDeviceExclusive } from "../kernel/make-device-exclusive.ts";
import { type MakeExclusive, makeDeviceExclusiveRange } from "../kernel/make-device-exclusive-range.ts";
import type { Machine } from "../machine/machine.ts";

/** The kernel function that drivers call to get exclusive access to a page for a device. */
export function makeExclusive(machine: Machine): Procedure<MakeExclusive> {
  return machine.has("make-walks-one-entry") ? makeDeviceExclusive : makeDeviceExclusiveRange;
}
