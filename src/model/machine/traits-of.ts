import { type DriverTraits, driverTraits } from "../scenario/drivers.ts";
import type { Machine } from "./machine.ts";

/** How the driver of a device works. */
export function traitsOf({ devices }: Pick<Machine, "devices">, device: number): DriverTraits {
  const info = devices[device];
  if (info === undefined) throw new RangeError(`there is no device ${device}`);
  return driverTraits[info.driver];
}
