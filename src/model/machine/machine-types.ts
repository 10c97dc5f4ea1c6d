/** The types of the values that the machine's variables hold. */
import { bool, type EnumType, enumeration, int, word } from "../../ir/types.ts";
import { pageRoles } from "./alike.ts";
import { hasDeviceMemory } from "./device-memory.ts";
import type { Machine, MachineTypes } from "./machine.ts";
import { hasMigrationEntries } from "./migration-entries.ts";
import { hasMarkers } from "./userfaultfd.ts";

export function machineTypes({
  uses,
  mms,
  addresses,
  pages,
  noPage,
  devices,
  alike,
  swapSlots,
  vmas,
}: Pick<
  Machine,
  "uses" | "mms" | "addresses" | "pages" | "noPage" | "devices" | "alike" | "swapSlots" | "vmas"
>): MachineTypes {
  const pfn = int(0, noPage, [...pages, "zero_page"], pageRoles(alike, 0));
  return {
    // Only an entry of a page that is moved or swapped out records whether the page belonged to one mapping alone.
    pte: word("Pte", {
      kind: pteKinds({ uses, devices, vmas }),
      pfn,
      write: bool,
      dirty: bool,
      young: bool,
      soft_dirty: bool,
      uffd_wp: bool,
      ...(hasMigrationEntries({ uses, devices, vmas, swapSlots }) || uses("reclaim") ? { anon_exclusive: bool } : {}),
      ...(swapSlots > 0 ? { slot: int(0, swapSlots - 1) } : {}),
    }),
    cpuTlb: word("CpuTlbEntry", {
      valid: bool,
      va: int(0, addresses.length - 1, addresses),
      pfn,
      write: bool,
      dirty: bool,
    }),
    // Only plain loads and stores can reach the zero page or be restricted to reading; atomics cannot.
    deviceEntry: uses("device_load", "device_store")
      ? word("DeviceEntry", { valid: bool, pfn, atomic: bool, write: bool })
      : word("DeviceEntry", { valid: bool, pfn: int(0, noPage - 1, pages, pageRoles(alike, 0)), atomic: bool }),
    page: int(0, noPage, [...pages, "no page"], pageRoles(alike, 0)),
    process: enumeration(
      "Process",
      mms.map(({ name }) => name),
    ),
  };
}

/**
 * The kinds of page-table entries. A kind that the scenario cannot have is absent, so it costs nothing: a comparison
 * with it is false while a procedure is recorded.
 */
function pteKinds({ uses, devices, vmas }: Pick<Machine, "uses" | "devices" | "vmas">): EnumType {
  const kinds: Readonly<Record<string, boolean>> = {
    none: true,
    present: true,
    device_exclusive: true,
    migration: true,
    swap: true,
    hwpoison: uses("memory_failure"),
    device_private: hasDeviceMemory({ devices }),
    marker: hasMarkers({ uses, vmas }),
  };
  const those = (wanted: boolean) => Object.keys(kinds).filter((kind) => kinds[kind] === wanted);
  return enumeration("PteKind", those(true), those(false));
}
