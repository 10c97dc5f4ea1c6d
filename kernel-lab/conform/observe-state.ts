/** What a kernel in a state of the model would show to user space. */
import { and, constant, type Expr, eq, field, ne, not, or, select } from "../../src/ir/expression.ts";
import { at } from "../../src/ir/lookup.ts";
import { formatValue } from "../../src/ir/types.ts";
import { hasDeviceMemory, isMemoryOf } from "../../src/model/machine/device-memory.ts";
import { type Machine, vmaAt } from "../../src/model/machine/machine.ts";
import type { DeviceView, EntryView, Observation, PageView, ProcessView } from "../observation.ts";
import type { RestState, RestStates } from "./rest-states.ts";

/** The same with parts that the model does not have; they are undefined. */
type InPart<T> = T extends object ? { readonly [Key in keyof T]: InPart<T[Key]> | undefined } : T;

/** What the model foretells; how the operation ended, and what the kernel wrote to its log, do not belong to a state. */
export type ModelObservation = InPart<Pick<Observation, "processes" | "pages" | "devices">>;

/** What is in an observation and not compared, and why. */
export const notCompared: readonly { readonly field: string; readonly because: string }[] = [
  {
    field: "dirty, swapBacked of a page of the page cache",
    because: "they depend on the file system, and the model's files are always clean",
  },
  {
    field: "rssFile, with a file on tmpfs",
    because: "its pages count as shared memory, as do those of the guest's program itself",
  },
  { field: "how an operation ended, for some operations", because: "see `endsUnknown` in endings.ts" },
  {
    field: "a missing complaint of WARN_ON_ONCE",
    because: "the kernel writes it once, and later programs find it written already",
  },
];

/** The observation of equal states is the same object. */
export function observer(machine: Machine, states: RestStates): (state: RestState) => ModelObservation {
  const known = new Map<number, ModelObservation>();
  const asked = questions(machine);
  return (state) => {
    const before = known.get(state.id);
    if (before !== undefined) return before;
    const observed = observe(machine, asked, (expr) => states.evaluate(expr, state));
    known.set(state.id, observed);
    return observed;
  };
}

type Questions = ReturnType<typeof questions>;

/** The expressions to evaluate in each state. They are made once, because to prepare one takes longer than to evaluate it. */
function questions(machine: Machine) {
  const vas = [...machine.addresses.keys()];
  const slots = Array.from({ length: machine.swapSlots }, (_, slot) => slot);
  return {
    processes: machine.mms.map(({ name }, mm) => ({
      name,
      runs: and(eq(machine.processState(mm), "running"), eq(machine.exitState(mm), "running")),
      rssAnon: machine.rssAnon(mm),
      // The files of such setups are on tmpfs.
      rssFile: machine.uses("punch_hole") ? undefined : machine.rssFile(mm),
      swap: machine.rssSwap(mm),
      entries: vas.map((va) => {
        const pte = machine.pte(mm, va);
        return {
          kind: field(pte, "kind"),
          page: field(pte, "pfn"),
          softDirty: shownSoftDirty(machine, mm, va),
          uffdWp: field(pte, "uffd_wp"),
        };
      }),
    })),
    pages: machine.pages.map((_, page) => ({
      mapcount: machine.mapcount(page),
      locked: ne(machine.pageLock(page), 0),
      dirty: machine.pageDirty(page),
      anon: machine.pageAnon(page),
      ksm: machine.merged(page),
      mlocked: machine.pageMlocked(page),
      large: machine.largeFolio(page),
      lazyfree: machine.lazyfree(page),
      swapCache: or(false, ...slots.map((slot) => eq(machine.swapCache(slot), page + 1))),
    })),
    devices: machine.devices.map(({ mm = 0 }, device) =>
      vas.map((va) => {
        const entry = machine.devicePte(device, va);
        return {
          snapshot: snapshotOf(machine, device, mm, va),
          huge: isMappedByPmd(machine, mm, va),
          exclusive: and(field(entry, "valid"), field(entry, "atomic")),
        };
      }),
    ),
  };
}

/** pte_to_pagemap_entry() and pagemap_pte_hole(): VM_SOFTDIRTY makes every address of the VMA soft-dirty. */
function shownSoftDirty(machine: Machine, mm: number, va: number): Expr {
  const vma = vmaAt(machine, va);
  const wholly = and(machine.vmaMapped(mm, vma.index), not(machine.tracksSoftDirty(mm, vma)));
  return or(field(machine.pte(mm, va), "soft_dirty"), wholly);
}

const snapshots: readonly DeviceView["snapshot"][] = ["none", "read", "write", "error"];

/**
 * hmm_range_fault() without a request: what the entry permits, or an error if there is no VMA. A device also sees pages
 * in its own memory.
 */
function snapshotOf(machine: Machine, device: number, mm: number, va: number): Expr {
  const pte = machine.pte(mm, va);
  const number = (view: DeviceView["snapshot"]) => constant(snapshots.indexOf(view));
  const permits = select(field(pte, "write"), number("write"), number("read"));
  const own = hasDeviceMemory(machine)
    ? and(eq(field(pte, "kind"), "device_private"), isMemoryOf(machine, device, field(pte, "pfn")))
    : false;
  const ofEntry = select(or(eq(field(pte, "kind"), "present"), own), permits, number("none"));
  return select(machine.vmaMapped(mm, vmaAt(machine, va).index), ofEntry, number("error"));
}

function isMappedByPmd(machine: Machine, mm: number, va: number): Expr {
  const vma = vmaAt(machine, va);
  const present = eq(field(machine.pte(mm, va), "kind"), "present");
  return and(machine.vmaMapped(mm, vma.index), machine.pmdMapped(mm, vma), present);
}

type Read = (expr: Expr) => number;

function observe(machine: Machine, asked: Questions, read: Read): ModelObservation {
  const numbers = new Map<number, number>([[machine.noPage, 0]]);
  const processes: Record<string, InPart<ProcessView>> = {};
  const shown = new Set<number>();
  for (const process of asked.processes)
    if (read(process.runs) !== 0) processes[process.name] = observeProcess(machine, process, { numbers, shown }, read);
  const pages: Record<number, InPart<PageView>> = {};
  for (const [page, number] of numbers)
    if (number > 0 && shown.has(page)) pages[number] = observePage(at(asked.pages, page), read);
  const devices: Record<string, Record<string, DeviceView>> = {};
  for (const [device, { name, mm }] of machine.devices.entries()) {
    const process = mm === undefined ? undefined : at(asked.processes, mm);
    if (process === undefined || read(process.runs) === 0) continue;
    devices[name] = Object.fromEntries(
      machine.addresses.map((address, va) => [
        address,
        {
          snapshot: at(snapshots, read(at(at(asked.devices, device), va).snapshot)),
          huge: read(at(at(asked.devices, device), va).huge) !== 0,
          exclusive: read(at(at(asked.devices, device), va).exclusive) !== 0,
        },
      ]),
    );
  }
  return { processes, pages, devices };
}

interface Met {
  /** Gives each page that is met a number. */
  readonly numbers: Map<number, number>;
  /** Pages of which the kernel shows more than their number. */
  readonly shown: Set<number>;
}

const shownKinds: readonly EntryView["kind"][] = ["present", "device_exclusive"];
const numberedKinds: readonly EntryView["kind"][] = [...shownKinds, "device_private", "hwpoison"];

function observeProcess(
  machine: Machine,
  process: Questions["processes"][number],
  { numbers, shown }: Met,
  read: Read,
): InPart<ProcessView> {
  const entries: Record<string, InPart<EntryView>> = {};
  for (const [va, entry] of process.entries.entries()) {
    const kind = formatValue(entry.kind.type, read(entry.kind)) as EntryView["kind"];
    const hasPage = numberedKinds.includes(kind);
    const page = read(entry.page);
    if (hasPage && !numbers.has(page)) numbers.set(page, numbers.size);
    if (shownKinds.includes(kind)) shown.add(page);
    entries[at(machine.addresses, va)] = {
      kind,
      softDirty: read(entry.softDirty) !== 0,
      uffdWp: read(entry.uffdWp) !== 0,
      page: hasPage ? numbers.get(page) : undefined,
    };
  }
  const rssFile = process.rssFile && read(process.rssFile);
  return { rssAnon: read(process.rssAnon), rssFile, swap: read(process.swap), entries };
}

function observePage(page: Questions["pages"][number], read: Read): InPart<PageView> {
  const holds = (expr: Expr) => read(expr) !== 0;
  const anon = holds(page.anon);
  return {
    mapcount: read(page.mapcount),
    locked: holds(page.locked),
    dirty: anon ? holds(page.dirty) : undefined,
    anon,
    ksm: holds(page.ksm),
    mlocked: holds(page.mlocked),
    large: holds(page.large),
    swapBacked: anon ? !holds(page.lazyfree) : undefined,
    swapCache: holds(page.swapCache),
  };
}
