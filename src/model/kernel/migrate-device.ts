/**
 * Moving a page to the memory of a device and back (mm/migrate_device.c; up to v5.19 in mm/migrate.c), for one address
 * of anonymous memory. A driver calls migrateVmaSetup, copies the page, and calls migrateVmaPages and
 * migrateVmaFinalize. The mmap lock is held for reading.
 */
import { and, constant, type Expr, eq, field, isConstant, makeWord, ne, not, or, select } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration, fieldNamed, type WordType, word } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { isMemoryOf } from "../machine/device-memory.ts";
import { type Machine, vmaAt } from "../machine/machine.ts";
import { clearPresentEntry } from "./clear-entry.ts";
import { beginsAgain, collectSplit, leaveToSplit } from "./collect-folio.ts";
import { putbackLruPage } from "./lru.ts";
import { removeMigrationPtes, tryToMigrate } from "./migration-entry.ts";
import { migrationEntry, replaceByMigration } from "./moved-mapping.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { dropReference, getPage, letGo, putPage, tryLockPage, unlockPage } from "./page.ts";
import { awaitPtl, isDevicePrivate, isNone, isPresent, isZeroPage, none, pfn, releasePtl } from "./page-table.ts";
import { unlessPinned } from "./pinned.ts";
import { sayWhether } from "./say-whether.ts";
import { inSwapCache } from "./swap-slots.ts";
import { flushTlb } from "./tlb.ts";

const file = "mm/migrate_device.c";

export interface MigrateVma {
  readonly context: Context;
  readonly va: number;
  /** The device whose driver calls (pgmap_owner). */
  readonly device: number;
  /** MIGRATE_VMA_SELECT_SYSTEM or MIGRATE_VMA_SELECT_DEVICE_PRIVATE. */
  readonly select: "system" | "device_private";
  /** fault_page: the page whose fault the driver answers. */
  readonly faultPage?: Expr;
}

/**
 * What was found at the address. `empty`: an empty entry, into which a page of the device may be put. `page`: a page
 * that may be moved. It is locked, and the caller has a reference to it.
 */
const collected = enumeration("Collected", ["none", "empty", "page"]);

/** An element of `src`. `write`: the entry allowed writes. */
export function migratePfn({ types }: Machine): WordType {
  return word("MigratePfn", { found: collected, write: bool, pfn: fieldNamed(types.pte, "pfn").type });
}

export const hasPage = (src: Expr): Expr => eq(field(src, "found"), "page");
export const isEmpty = (src: Expr): Expr => eq(field(src, "found"), "empty");

/** Whether the fault has locked the page before it called the driver. */
const faultHasLock = ({ context, faultPage }: MigrateVma): boolean =>
  faultPage !== undefined && context.machine.has("private-fault-locks-page");

/** migrate_vma_setup(): collects and unmaps what is at the address. */
export const migrateVmaSetup = procedure<MigrateVma>(
  "migrate_vma_setup",
  { file, returns: ({ context }) => migratePfn(context.machine) },
  (k, request) => {
    const { context, va, device } = request;
    const { mm } = context;
    k.call(invalidateRangeStart, { context, event: "MIGRATE", mm, first: va, count: 1, owner: device });
    const src = k.call(migrateVmaCollect, request);
    k.call(invalidateRangeEnd, { context, mm });
    k.if(hasPage(src), () => {
      const page = field(src, "pfn");
      if (request.select === "system") unmap(k, request, page);
      else migrateOtherMappings(k, request, page);
    });
    k.return(src);
  },
);

/** The page as the walks of its mappings take it. */
function migrated({ context, va }: MigrateVma, page: Expr) {
  return { context, vma: vmaAt(context.machine, va), va, page, large: constant(0, bool), flushesAtOnce: true };
}

/**
 * migrate_vma_collect_pmd(): replaces the entry by a migration entry if it is of the kind that the caller selects and
 * its page can be locked without waiting. Entries of any other kind are passed over, device-exclusive ones included.
 * (v5.14 tries the page lock a second time, after it has dropped the PTL.)
 */
const migrateVmaCollect = procedure<MigrateVma>(
  "migrate_vma_collect_pmd",
  { file, returns: ({ context }) => migratePfn(context.machine) },
  (k, request) => {
    const { context, va, device } = request;
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const type = migratePfn(machine);
    const src = k.register("src", type);
    const page = k.register("page", machine.types.page);
    const pteval = k.register("pteval", machine.types.pte);
    const fromSystem = request.select === "system";
    const flushes = machine.has("collect-flushes-tlb");
    const underPtl = machine.has("collect-flushes-under-ptl");
    const hole = fromSystem ? or(isNone(pte), isZeroPage(machine, pte)) : false;
    const vma = vmaAt(machine, va);
    const hasFolios = fromSystem && vma.folio === 2;
    const ofFolio = hasFolios ? machine.largeFolio(pfn(pte)) : constant(0, bool);
    const again = hasFolios && beginsAgain(machine, vma) ? k.register("again", bool) : constant(0, bool);
    const byPmd = isConstant(again) ? constant(0, bool) : machine.pmdMapped(mm, vma);
    const present = and(isPresent(pte), not(isZeroPage(machine, pte)), machine.pageAnon(pfn(pte)), not(byPmd));
    const selected = fromSystem
      ? and(present, not(ofFolio))
      : and(isDevicePrivate(pte), isMemoryOf(machine, device, pfn(pte)));
    const collected = { context, va, large: hasFolios ? k.register("large", bool) : ofFolio, folio: page, again };
    const splits = hasFolios && machine.has("collect-splits-mapped-folio");
    const leaves = splits ? and(present, ofFolio) : constant(0, bool);
    const replace = (old: Expr) =>
      replaceByMigration(k, machine, { mm, va, page }, migrationEntry(machine, page, old, field(old, "write")));
    const note = "takes the PTL; takes a reference to the page and tries its lock";
    const look = () => k.step("look at the entry", note, lookUnderPtl);
    const passOver = () => k.return(makeWord(type, {}));
    if (hasFolios) collectSplit(k, collected, { look, passOver });
    else look();
    if (fromSystem)
      k.if(isPresent(pteval), () =>
        k.step(
          "set the migration entry",
          `writes the migration entry, drops the mapping and its reference,${underPtl ? " flushes the CPUs' TLBs," : ""} unlocks the PTL`,
          () => {
            const keep = () => {
              k.outcome("finds", page, "pinned: puts the entry back");
              k.set(pte, pteval);
              letGo(k, context, page);
              unlockPage(k, context, page);
              putPage(k, context, page);
              k.set(src, makeWord(type, {}));
            };
            const move = () => {
              k.outcome("writes the migration entry and drops the mapping of", page);
              if (machine.has("collect-transfers-dirty"))
                k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
              replace(pteval);
              putPage(k, context, page);
              if (flushes && underPtl) flushTlb(k, machine, mm, va, 1);
            };
            unlessPinned(k, machine, page, move, keep);
            releasePtl(k, context, mm);
          },
        ),
      );
    if (fromSystem && flushes && !underPtl)
      k.if(hasPage(src), () =>
        k.step("flush_tlb_range after the PTL", "flushes the CPUs' TLBs", () => flushTlb(k, machine, mm, va, 1)),
      );
    k.return(src);

    function lookUnderPtl(): void {
      awaitPtl(k, context, mm);
      k.set(pteval, none(machine));
      k.set(src, makeWord(type, {}));
      if (!isConstant(again)) k.set(again, byPmd);
      k.if(hole, () => {
        k.outcome("finds the entry", pte, ": a page of the device can be put there");
        k.set(src, makeWord(type, { found: "empty", pfn: machine.noPage }));
      });
      if (splits) {
        k.set(collected.large, false);
        k.if(leaves, () => leaveToSplit(k, collected));
      }
      k.if(not(or(hole, selected, leaves)), () => k.outcome("finds the entry", pte, ": passes over it"));
      k.if(selected, () => {
        k.set(page, pfn(pte));
        const take = () => {
          getPage(k, context, page);
          k.set(src, makeWord(type, { found: "page", write: field(pte, "write"), pfn: page }));
          if (fromSystem) clearPresentEntry(k, { context, mm, va, page, pteval });
          else {
            k.outcome("replaces the entry", pte, "by a migration entry");
            replace(pte);
            dropReference(k, context, page);
          }
        };
        const locked = k.register("locked", bool);
        const tryLock = () => {
          k.set(locked, true);
          tryLockPage(k, context, page, () => k.set(locked, false));
          k.if(locked, take);
        };
        if (faultHasLock(request)) k.if(eq(page, request.faultPage ?? machine.noPage), take, tryLock);
        else tryLock();
      });
    }
  },
);

/**
 * migrate_device_unmap(): takes the page off its LRU list, and replaces its other mappings. If that fails, or if
 * anything else refers to the page, its mappings are put back.
 */
function unmap(k: Recorder, request: MigrateVma, page: Expr): void {
  const { context } = request;
  const { machine } = context;
  const walk = migrated(request, page);
  const lru = !isConstant(machine.isolated(0));
  const moves = k.register("moves", bool);
  k.set(moves, true);
  if (lru)
    k.step("folio_isolate_lru", "takes the page off its LRU list", () => {
      k.set(moves, not(machine.isolated(page)));
      k.if(
        moves,
        () => {
          k.outcome("takes", page, "off its LRU list");
          k.set(machine.isolated(page), true);
        },
        () => k.outcome("finds", page, "on no LRU list: gives up"),
      );
    });
  k.if(moves, () => migrateOtherMappings(k, request, page));
  k.if(moves, () =>
    k.step("migrate_vma_check_page", "goes on if only the migration and the swap cache refer to the page", () => {
      const references = machine.swapSlots > 0 ? select(inSwapCache(machine, page), constant(2), constant(1)) : 1;
      k.set(moves, and(eq(machine.mapcount(page), 0), eq(machine.refcount(page), references)));
      k.if(
        moves,
        () => k.outcome("finds no other references to", page),
        () => {
          k.outcome("finds other references to", page, ": gives up");
          if (lru) k.set(machine.isolated(page), false);
        },
      );
    }),
  );
  k.if(not(moves), () => {
    k.call(removeMigrationPtes, { ...walk, to: page });
    k.step("folio_unlock of a page that stays", "unlocks the page", () => unlockPage(k, context, page));
    k.step("folio_put of a page that stays", "drops the reference", () => putPage(k, context, page));
    k.return(makeWord(migratePfn(machine), {}));
  });
}

/** Part of migrate_device_unmap(), after the entry at the address was replaced. */
function migrateOtherMappings(k: Recorder, request: MigrateVma, page: Expr): void {
  if (request.context.machine.mms.length > 1) migrateMappings(k, request, page);
}

/** Part of migrate_device_unmap(). Devices are notified only if there are mappings. */
export function migrateMappings(k: Recorder, request: MigrateVma, page: Expr): void {
  const { machine } = request.context;
  const mapped = k.register("mapped", bool);
  k.step("folio_mapped", "checks whether other entries map the page", () =>
    sayWhether(k, mapped, ne(machine.mapcount(page), 0), [
      ["finds", page, "still mapped"],
      ["finds", page, "no longer mapped"],
    ]),
  );
  k.if(mapped, () => k.call(tryToMigrate, migrated(request, page)));
}

export interface MovedPage extends MigrateVma {
  /** What migrateVmaSetup returned. */
  readonly src: Expr;
  /** The locked page to move to, with a reference; or no page, if the driver has none. */
  readonly dst: Expr;
}

/** migrate_vma_finalize(): maps `dst` if it was moved to, and the page itself if not; unlocks both and drops them. */
export const migrateVmaFinalize = procedure<MovedPage & { readonly done: Expr }>(
  "migrate_vma_finalize",
  { file },
  (k, moved) => {
    const { context, src, dst, done } = moved;
    const { machine } = context;
    const page = field(src, "pfn");
    const to = k.register("to", machine.types.page);
    k.set(to, select(done, dst, page));
    k.if(hasPage(src), () => {
      k.call(removeMigrationPtes, { ...migrated(moved, page), to });
      const unlock = () => k.step("folio_unlock(src)", "unlocks the page", () => unlockPage(k, context, page));
      if (faultHasLock(moved)) k.if(ne(page, moved.faultPage ?? page), unlock);
      else unlock();
      k.step("folio_put(src)", "drops the reference to the page", () =>
        moved.select === "system" && !isConstant(machine.isolated(0))
          ? putbackLruPage(k, context, page)
          : putPage(k, context, page),
      );
    });
    k.if(ne(dst, machine.noPage), () => {
      k.step("folio_unlock(dst)", "unlocks the page to move to", () => unlockPage(k, context, dst));
      k.step("folio_put(dst)", "drops the reference to the page to move to", () => putPage(k, context, dst));
    });
  },
);
