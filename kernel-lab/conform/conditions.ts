/**
 * Where the system call that a program makes is not exactly the model's operation: what the model has to do, or to leave
 * undone, to mean the same.
 */
import { add, and, constant, type Expr, eq, field, gt, not, or } from "../../src/ir/expression.ts";
import { at } from "../../src/ir/lookup.ts";
import { bool } from "../../src/ir/types.ts";
import { cachesFolios, inSwapCache } from "../../src/model/kernel/swap-slots.ts";
import { hasDeviceMemory, isMemoryOf } from "../../src/model/machine/device-memory.ts";
import { type Machine, vmaAt } from "../../src/model/machine/machine.ts";
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { OperationCall } from "../../src/model/scenario/scenario.ts";
import type { LabSetup } from "../lab-program.ts";
import type { Ending } from "../observation.ts";

/** A place in memory: one address of one process. */
interface Place {
  readonly machine: Machine;
  readonly mm: number;
  readonly va: number;
  /** For an engine. */
  readonly device: number | undefined;
}

interface Condition {
  readonly operation: OperationName;
  /** The kernel function that makes the difference. */
  readonly because: string;
  /** If this is true in a state, the operation does nothing there. */
  readonly skips?: (place: Place) => Expr;
  /** The operation may also do nothing, for a reason that the model does not have. */
  readonly mayDoNothing?: true;
  /** What becomes 0 before the operation begins, and if this is true. */
  readonly clears?: (place: Place) => { readonly these: readonly Expr[]; readonly if: Expr };
  /** If this is false after the operation, it ends with the error. */
  readonly endsWell?: { readonly if: (place: Place) => Expr; readonly otherwise: Ending };
  /** The model's operations that the system call does, one after the other. Undefined: the one that the step names. */
  readonly standsFor?: (machine: Machine, call: OperationCall, setup: LabSetup) => readonly OperationCall[];
  /** Of an operation that the call does after others: it is done already if the first is true at the start, the second now. */
  readonly doneBefore?: (place: Place) => { readonly atStart: Expr; readonly now: Expr };
  /** What is still 0 after the operation if it was 0 before. */
  readonly leavesCleared?: (place: Place) => readonly Expr[];
}

const isPresent = (pte: Expr) => eq(field(pte, "kind"), "present");

function ofPage(call: OperationCall, vma: string, first: number): OperationCall {
  return { ...call, target: { kind: "pages", vma, first, count: 1 } };
}

function isOwnPage(machine: Machine, device: number, pte: Expr): Expr {
  if (!hasDeviceMemory(machine)) return constant(0, bool);
  return and(eq(field(pte, "kind"), "device_private"), isMemoryOf(machine, device, field(pte, "pfn")));
}

/** Devices work in the first process. */
function hasExclusiveOfFolio(machine: Machine): Expr {
  const areas = machine.vmas.filter(({ pmdMappable }) => pmdMappable);
  const entries = areas.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, offset) => machine.pte(0, first + offset)),
  );
  return or(constant(0, bool), ...entries.map((pte) => eq(field(pte, "kind"), "device_exclusive")));
}

/** Whether a process maps a part of a large folio, of which a page is as asked for. A guest has one area for a PMD. */
function hasPartOfFolio(machine: Machine, mm: number, is: (page: Expr) => Expr): Expr {
  const [area] = machine.vmas.filter(({ pmdMappable }) => pmdMappable);
  const entries = Array.from({ length: area?.count ?? 0 }, (_, page) => machine.pte(mm, page));
  const whole = and(
    ...entries.map((pte, page) => and(isPresent(pte), eq(field(pte, "pfn"), add(field(at(entries, 0), "pfn"), page)))),
  );
  const found = entries.map((pte) => {
    const page = field(pte, "pfn");
    const isPage = and(isPresent(pte), not(eq(page, machine.noPage)));
    return and(isPage, machine.largeFolio(page), is(page));
  });
  return and(or(constant(0, bool), ...found), not(whole));
}

function isRunning(machine: Machine, mm: number): Expr {
  return and(eq(machine.processState(mm), "running"), eq(machine.exitState(mm), "running"));
}

const crash =
  "dmirror_do_fault() maps a page of the device itself, and not the memory behind it (BACKING_PAGE), so the access would end the kernel; the guest leaves it undone";

export const conditions: readonly Condition[] = [
  {
    operation: "reclaim",
    because:
      "madvise_cold_or_pageout_pte_range() takes only present entries of pages that are mapped once, and of folios in which each page is mapped at most once. It splits a folio of which not all is mapped, or passes over it if a device has a part of it. Reclaim itself takes such a folio as it is if it is in the swap cache or MADV_FREE has marked it; the guest leaves such calls undone",
    skips: ({ machine, mm, va }) => {
      const pte = machine.pte(mm, va);
      const page = field(pte, "pfn");
      const mapped = and(isPresent(pte), not(eq(page, machine.noPage)));
      const isMappedTwice = (page: Expr) => gt(machine.mapcount(page), 1);
      const [head, next] = [machine.head(page), add(machine.head(page), 1)];
      const ofFolio = and(machine.largeFolio(page), or(isMappedTwice(head), isMappedTwice(next)));
      const isShared = or(isMappedTwice(page), ofFolio);
      return or(
        ...[not(mapped), isShared, machine.vmaLocked(mm, vmaAt(machine, va))],
        cachesFolios(machine)
          ? hasPartOfFolio(machine, mm, (page) => or(eq(inSwapCache(machine, page), 1), machine.lazyfree(page)))
          : false,
      );
    },
    // A folio is taken once, also if it stays as it is. Pages that were swapped out with it are not present any more.
    doneBefore: ({ machine, mm, va }) => {
      const [pte, first] = [machine.pte(mm, va), machine.pte(mm, vmaAt(machine, va).first)];
      const [page, firstPage] = [field(pte, "pfn"), field(first, "pfn")];
      const large = and(isPresent(pte), machine.largeFolio(page));
      const together = and(isPresent(first), eq(machine.head(page), machine.head(firstPage)));
      return { atStart: and(large, together), now: large };
    },
    standsFor: ({ vmas }, call, { pagesOut }) =>
      pagesOut === "page" || call.target.kind !== "pages"
        ? [call]
        : vmas
            .filter(({ name }) => call.target.kind === "pages" && name === call.target.vma)
            .flatMap(({ name, count }) => Array.from({ length: count }, (_, page) => ofPage(call, name, page))),
  },
  {
    operation: "migrate",
    because:
      "do_pages_move() looks up the page with follow_page(), which finds only present entries. try_to_migrate_one() takes an exclusive entry of a large folio for a present one, which would end the kernel; the guest leaves it undone",
    skips: ({ machine, mm, va }) => or(not(isPresent(machine.pte(mm, va))), hasExclusiveOfFolio(machine)),
  },
  {
    operation: "madvise_free",
    because:
      "the process maps only a part of the folio, and folio_likely_mapped_shared() guesses whether others map it; the guest leaves such calls undone",
    skips: ({ machine, mm }) =>
      and(
        ...machine.mms.map((_, each) => isRunning(machine, each)),
        hasPartOfFolio(machine, mm, () => constant(1, bool)),
      ),
  },
  {
    operation: "ksm_merge",
    because: "cmp_and_merge_page() compares checksums and contents first, and leaves pages that differ as they are",
    mayDoNothing: true,
  },
  {
    operation: "atomic",
    because: "dmirror_exclusive() asks for the page even if the device has it exclusively",
    clears: ({ machine, va, device = 0 }) => {
      const entry = machine.devicePte(device, va);
      return { these: [entry, machine.deviceTlb(device, va)], if: and(field(entry, "valid"), field(entry, "atomic")) };
    },
  },
  {
    operation: "unpin",
    because: "io_uring drops its pins with unpin_user_page(), which marks no page dirty",
    leavesCleared: ({ machine }) => machine.pages.map((_, page) => machine.pageDirty(page)),
  },
  {
    operation: "migrate_to_device",
    because: "dmirror_migrate_to_device() reads through the driver's page table afterwards",
    endsWell: {
      if: ({ machine, va, device = 0 }) => field(machine.devicePte(device, va), "valid"),
      otherwise: { kind: "error", errno: "ENOENT" },
    },
  },
  {
    operation: "evict_from_device",
    because:
      "dmirror_device_evict_chunk() evicts all pages of the device; each process may have another one at an address",
    standsFor: ({ vmas, mms }, call) =>
      vmas.flatMap(({ name: vma, count }) =>
        Array.from({ length: count }, (_, page) => ofPage(call, vma, page)).flatMap((one) => mms.map(() => one)),
      ),
  },
  {
    operation: "device_load",
    because: crash,
    skips: ({ machine, mm, va, device = 0 }) => isOwnPage(machine, device, machine.pte(mm, va)),
  },
  {
    operation: "device_store",
    because: crash,
    skips: ({ machine, mm, va, device = 0 }) => {
      const pte = machine.pte(mm, va);
      return and(isOwnPage(machine, device, pte), field(pte, "write"));
    },
  },
];
