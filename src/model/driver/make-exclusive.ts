import type { Procedure } from "../../ir/recorder.ts";
import { makeDeviceExclusive } from "../kernel/make-device-exclusive.ts";
import { type MakeExclusive, makeDeviceExclusiveRange } from "../kernel/rmap.ts";
import type { Machine } from "../machine/machine.ts";

/** What drivers call to get a page for a device alone. */
export function makeExclusive(machine: Machine): Procedure<MakeExclusive> {
  return machine.has("make-walks-one-entry") ? makeDeviceExclusive : makeDeviceExclusiveRange;
}
