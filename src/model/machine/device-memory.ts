/**
 * Pages in the memory of devices, which CPUs cannot access (MEMORY_DEVICE_PRIVATE). They are numbered after all other
 * pages, device by device.
 */
import { type Expr, eq, type Operand, or } from "../../ir/expression.ts";
import type { Machine } from "./machine.ts";

type Devices = Pick<Machine, "devices">;

export const hasDeviceMemory = ({ devices }: Devices): boolean => devices.some(({ memory }) => memory.count > 0);

/** Whether anything moves pages, so that an entry may be a migration entry. */
export const movesPages = (machine: Devices & Pick<Machine, "uses">): boolean =>
  machine.uses("migrate") || hasDeviceMemory(machine);

/** The pages of a device's memory. */
export function memoryOf({ devices }: Devices, device: number): readonly number[] {
  const { first, count } = devices[device]?.memory ?? { first: 0, count: 0 };
  return Array.from({ length: count }, (_, page) => first + page);
}

/** The pages that CPUs can access, those of the page cache included. */
export function systemPages(machine: Pick<Machine, "pages"> & Devices): readonly number[] {
  const own = new Set(machine.devices.flatMap((_, device) => memoryOf(machine, device)));
  return [...machine.pages.keys()].filter((page) => !own.has(page));
}

/**
 * Whether the page is in the memory of the device; false for "no page". Compared with each page and not with the first
 * and the last one, because an order would tell interchangeable pages apart.
 */
export function isMemoryOf(machine: Devices, device: number, page: Operand): Expr {
  return or(false, ...memoryOf(machine, device).map((own) => eq(page, own)));
}

/** is_device_private_page() */
export function isDevicePage(machine: Devices, page: Operand): Expr {
  return or(false, ...machine.devices.map((_, device) => isMemoryOf(machine, device, page)));
}
