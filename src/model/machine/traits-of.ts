import { at } from "../../ir/lookup.ts";
import { type DriverTraits, driverTraits } from "../scenario/drivers.ts";
import type { Machine } from "./machine.ts";

/** How the driver of a device works. */
export function traitsOf({ devices }: Pick<Machine, "devices">, device: number): DriverTraits {
  return driverTraits[at(devices, device).driver];
}
