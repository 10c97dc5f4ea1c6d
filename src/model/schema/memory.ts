/** Pages, page tables, address spaces, swap and pins, as properties see them. */

import {
  and,
  constant,
  type Expr,
  eq,
  field,
  gt,
  isConstant,
  lift,
  ne,
  not,
  type Operand,
  or,
  subtract,
  sum,
} from "../../ir/expression.ts";
import type { SchemaValue } from "../../ir/schema.ts";
import { bool, int } from "../../ir/types.ts";
import { isDevicePrivate } from "../kernel/page-table.ts";
import { getsOf, pinsOf } from "../kernel/pinned.ts";
import { inSwapCache, slotsOf } from "../kernel/swap-slots.ts";
import { isDevicePage } from "../machine/device-memory.ts";
import { type Machine, type Vma, vmaAt } from "../machine/machine.ts";
import { list, lookup, record, retype } from "./values.ts";
import type { Vocabulary } from "./vocabulary.ts";

export function memoryNames(machine: Machine, vocabulary: Vocabulary): Readonly<Record<string, SchemaValue>> {
  const { mms, addresses, pages, actors } = machine;
  const { processType, addressType, actorType, actorNames, mmNumbers, running, perAddress, number } = vocabulary;
  const perVma = (position: Operand, flag: (mm: number, vma: Vma) => Expr) =>
    lookup(
      position,
      mmNumbers.flatMap((mm) => addresses.map((_, va) => flag(mm, vmaAt(machine, va)))),
    );
  const vmaWriteAt = (position: Operand) =>
    lookup(
      position,
      mmNumbers.flatMap((mm) => addresses.map((_, va) => mayWriteVma(machine, mm, va))),
    );

  const ptes = list(
    mms.flatMap(({ name }) => addresses.map((address) => `${name}:${address}`)),
    (position) => {
      const pte = machine.pte(0, position);
      const mm = lookup(
        position,
        perAddress(mmNumbers, (value) => number(value, mms.length - 1)),
      );
      const va = lookup(
        position,
        perAddress(mmNumbers, (_, value) => number(value, addresses.length - 1)),
      );
      return record("Pte", {
        process: lookup(
          position,
          perAddress(mmNumbers, (value) => constant(value, processType)),
        ),
        address: lookup(
          position,
          perAddress(mmNumbers, (_, value) => constant(value, addressType)),
        ),
        mm,
        va,
        running: running(mm),
        kind: field(pte, "kind"),
        pfn: field(pte, "pfn"),
        folio: retype(machine.head(field(pte, "pfn")), int(0, pages.length)),
        zero_page: and(eq(field(pte, "kind"), "present"), eq(field(pte, "pfn"), machine.noPage)),
        mapped: or(
          and(eq(field(pte, "kind"), "present"), ne(field(pte, "pfn"), machine.noPage)),
          machine.has("entries-keep-mapcount") ? eq(field(pte, "kind"), "device_exclusive") : false,
          isDevicePrivate(pte),
        ),
        // Whether the entry allows a device to write. v6.15 has one kind of entry and leaves this to the VMA.
        device_writable: and(
          eq(field(pte, "kind"), "device_exclusive"),
          not(and(field(pte, "uffd_wp"), perVma(position, machine.userfaultfd))),
          machine.has("restore-recomputes-write") ? vmaWriteAt(position) : field(pte, "write"),
        ),
        // What was written since soft-dirty was cleared, in a VMA that tracks it; and what is armed for write
        // protection.
        tracked: perVma(position, machine.tracksSoftDirty),
        written: machine.written(0, position),
        being_written: lookup(
          position,
          mmNumbers.flatMap((mm) => addresses.map((_, va) => isBeingWritten(machine, mm, va))),
        ),
        armed: machine.armed(0, position),
        userfaultfd: perVma(position, machine.userfaultfd),
        vma_mapped: perVma(position, (number, vma) => machine.vmaMapped(number, vma.index)),
        vma_write: vmaWriteAt(position),
        vma_locked: perVma(position, machine.vmaLocked),
        pmd_mapped: perVma(position, machine.pmdMapped),
        pmd_empty: perVma(position, machine.pmdEmpty),
        vma_readers: perVma(
          position,
          (number, vma) => machine.vmaLock(number, vma)?.readers ?? constant(0, int(0, actors.length)),
        ),
        vma_write_locked: perVma(position, (number, vma) => {
          const lock = machine.vmaLock(number, vma);
          return lock === undefined ? constant(0, bool) : ne(lock.writer, 0);
        }),
        given_up: lookup(
          position,
          mmNumbers.flatMap((mm) => addresses.map((_, va) => isGivenUp(machine, mm, va))),
        ),
        slot: machine.swapSlots > 0 ? field(pte, "slot") : constant(0, int(0, 0)),
        write: field(pte, "write"),
        dirty: field(pte, "dirty"),
        young: field(pte, "young"),
        soft_dirty: field(pte, "soft_dirty"),
        uffd_wp: field(pte, "uffd_wp"),
      });
    },
  );
  return {
    pages: list(pages, (page) =>
      record("Page", {
        index: retype(lift(page), int(0, pages.length - 1)),
        // The first page of its folio, which holds the folio's reference count, lock and dirty flag.
        folio: retype(machine.head(page), int(0, pages.length - 1)),
        refcount: machine.refcount(page),
        mapcount: machine.mapcount(page),
        locked: ne(machine.pageLock(page), 0),
        dirty: machine.pageDirty(page),
        anon: machine.pageAnon(page),
        page_cache: machine.pageCache(page),
        // Before v5.19 pages have no such flag; then it is false for all of them.
        maybe_shared: machine.has("anon-exclusive")
          ? and(machine.pageAnon(page), not(machine.anonExclusive(page)))
          : constant(0, bool),
        isolated: machine.isolated(page),
        copied: machine.copied(page),
        swap_cache: retype(inSwapCache(machine, lift(page)), bool),
        newer_than_swap: machine.newer(page),
        device_memory: isDevicePage(machine, page),
        lazyfree: machine.lazyfree(page),
        merged: machine.merged(page),
        mlocked: machine.pageMlocked(page),
        hwpoison: machine.hwpoison(page),
        retired: machine.retired(page),
        pins: pinsOf(machine, lift(page)),
        gets: getsOf(machine, lift(page)),
        held: sum(actors.map((_, actor) => machine.held(actor, page))),
      }),
    ),
    ptes,
    mms: list(
      mms.map(({ name }) => name),
      (mm) =>
        record("Mm", {
          process: retype(lift(mm), processType),
          index: retype(lift(mm), int(0, mms.length - 1)),
          running: running(mm),
          rss_anon: lookup(
            mm,
            mmNumbers.map((value) => machine.rssAnon(value)),
          ),
          rss_file: lookup(
            mm,
            mmNumbers.map((value) => machine.rssFile(value)),
          ),
          rss_swap: lookup(
            mm,
            mmNumbers.map((value) => machine.rssSwap(value)),
          ),
          ptl_held: ne(
            lookup(
              mm,
              mmNumbers.map((value) => machine.ptl(value)),
            ),
            0,
          ),
          mmap_write_locked: ne(
            lookup(
              mm,
              mmNumbers.map((value) => machine.mmapWriter(value)),
            ),
            0,
          ),
          mmap_readers: lookup(
            mm,
            mmNumbers.map((value) => machine.mmapReaders(value)),
          ),
          invalidations: lookup(
            mm,
            mmNumbers.map((value) => machine.activeInvalidations(value)),
          ),
        }),
    ),
    vmas: list(
      machine.vmas.map(({ name }) => name),
      (vma) =>
        record("Vma", {
          index: retype(lift(vma), int(0, machine.vmas.length - 1)),
          anon_vma_readers: lookup(
            vma,
            machine.vmas.map((own) => machine.anonVmaReaders(own)),
          ),
          i_mmap_readers: lookup(
            vma,
            machine.vmas.map((own) => machine.iMmapReaders(own)),
          ),
        }),
    ),
    swap_slots: list(
      slotsOf(machine).map((slot) => `slot ${slot}`),
      (slot) =>
        record("SwapSlot", {
          index: retype(lift(slot), int(0, Math.max(0, machine.swapSlots - 1))),
          count: machine.swapCount(slot),
          cached: gt(machine.swapCache(slot), 0),
          page: subtract(machine.swapCache(slot), 1),
        }),
    ),
    pins: list(
      machine.pinners.flatMap(({ actor }) => addresses.map((address) => `${actorNames[actor]}:${address}`)),
      (position) => {
        const { pinners } = machine;
        const page = machine.pinned(0, position);
        return record("Pin", {
          actor: lookup(
            position,
            perAddress(pinners, ({ actor }) => constant(actor, actorType)),
            actorType,
          ),
          mm: lookup(
            position,
            perAddress(pinners, ({ mm }) => number(mm, mms.length - 1)),
          ),
          va: lookup(
            position,
            perAddress(pinners, (_, va) => number(va, addresses.length - 1)),
          ),
          valid: ne(page, 0),
          reading: lookup(
            position,
            perAddress(pinners, ({ reading }) => constant(reading ? 1 : 0, bool)),
            bool,
          ),
          pfn: subtract(page, 1),
        });
      },
    ),
    gets: list(
      machine.getters.flatMap(({ actor }) => addresses.map((address) => `${actorNames[actor]}:${address}`)),
      (position) => {
        const { getters } = machine;
        const page = machine.gotten(0, position);
        return record("Get", {
          actor: lookup(
            position,
            perAddress(getters, ({ actor }) => constant(actor, actorType)),
            actorType,
          ),
          mm: lookup(
            position,
            perAddress(getters, ({ mm }) => number(mm, mms.length - 1)),
          ),
          va: lookup(
            position,
            perAddress(getters, (_, va) => number(va, addresses.length - 1)),
          ),
          valid: ne(page, 0),
          pfn: subtract(page, 1),
        });
      },
    ),
  };
}

/**
 * A permission that mprotect() has taken away remains until mprotect() has notified the devices. It holds the mmap lock
 * until then.
 */
function mayWriteVma(machine: Machine, mm: number, va: number): Expr {
  const write = machine.vmaWrite(mm, vmaAt(machine, va));
  return isConstant(write) ? write : or(write, ne(machine.mmapWriter(mm), 0));
}

/**
 * An actor has faulted there for a write and has yet to write, or has pinned the page and may write to it at any time.
 */
function isBeingWritten({ writers, writing, pinners, pinned }: Machine, mm: number, va: number): Expr {
  return or(
    false,
    ...writers.flatMap((info, writer) => (info.mm === mm ? [eq(writing(writer), va + 1)] : [])),
    ...pinners.flatMap((info, pinner) => (info.mm === mm && !info.reading ? [ne(pinned(pinner, va), 0)] : [])),
  );
}

/** MADV_FREE has given up the page and it was not written to since, or MADV_FREE is giving it up. */
function isGivenUp({ freed, freers, freeing }: Machine, mm: number, va: number): Expr {
  return or(freed(mm, va), ...freers.flatMap((info, freer) => (info.mm === mm ? [freeing(freer, va)] : [])));
}
