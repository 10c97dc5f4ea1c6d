import type { EventType } from "../../ir/program.ts";
import { bool, int } from "../../ir/types.ts";
import { pageRoles } from "./alike.ts";
import type { Machine } from "./machine.ts";

/** The events by which steps report to the properties. */
export function eventTypes(machine: Machine): readonly EventType[] {
  const page = { name: "page", type: int(0, machine.noPage - 1, machine.pages, pageRoles(machine.alike, 0)) };
  const mm = { name: "mm", type: int(0, machine.mms.length - 1) };
  const va = { name: "va", type: int(0, machine.addresses.length - 1, machine.addresses) };
  const device = { name: "device", type: int(0, Math.max(0, machine.devices.length - 1)) };
  const write = { name: "write", type: bool };
  const atomic = { name: "atomic", type: bool };
  const stale = { name: "stale", type: bool };
  const before = { name: "before", type: machine.types.pte };
  const after = { name: "after", type: machine.types.pte };
  return [
    { name: "cpu_load", says: "reads from {page}", note: "A CPU reads from a page.", parameters: [page, mm, va] },
    { name: "cpu_store", says: "writes to {page}", note: "A CPU writes to a page.", parameters: [page, mm, va] },
    {
      name: "device_access",
      says: "lets the device access {page}",
      note: "A device reads from a page or writes to it, by a plain access or as part of an atomic.",
      parameters: [device, page, mm, va, write, atomic],
    },
    {
      name: "dma_store",
      says: "writes to {page}, which it has pinned",
      note: "A write to a pinned page, which goes through no page table.",
      parameters: [page, mm, va, { name: "attached", type: bool }],
    },
    {
      name: "dma_load",
      says: "reads from {page}, which it has pinned or got",
      note: "A read from a page that is pinned or got, which goes through no page table.",
      parameters: [page, mm, va, { name: "attached", type: bool }],
    },
    {
      name: "page_use",
      says: "uses {page}",
      note: "An actor locks, waits for or maps a page that it names.",
      parameters: [page, stale],
    },
    {
      name: "page_freed",
      says: "drops the last reference to {page}",
      note: "The last reference to a page has been dropped.",
      parameters: [page],
    },
    {
      name: "page_reclaimed",
      says: "reclaims {page}",
      note: "Reclaim gives up a page because its swap slot holds the content.",
      parameters: [page, { name: "swapped", type: bool }],
    },
    {
      name: "page_swapped_in",
      says: "maps {page} in place of a swap entry",
      note: "A page is mapped in place of a swap entry.",
      parameters: [page, { name: "current", type: bool }],
    },
    {
      name: "pte_discarded",
      says: "discards {page}",
      note: "Reclaim discards the content of an address that MADV_FREE has given up.",
      parameters: [page, mm, va],
    },
    {
      name: "page_replaced",
      says: "replaces {page} by another page",
      note: "Another page with the same content replaces a page in an entry.",
      parameters: [page, { name: "outdated", type: bool }],
    },
    {
      name: "pte_made_exclusive",
      says: "makes an entry exclusive: {after}",
      note: "A present entry became a device-exclusive one.",
      parameters: [before, after],
    },
    {
      name: "pte_restored",
      says: "restores an entry: {after}",
      note: "A device-exclusive entry became a present one.",
      parameters: [before, after],
    },
  ];
}
