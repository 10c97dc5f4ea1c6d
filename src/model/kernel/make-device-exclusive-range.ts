/**
 * Making a page exclusive to a device up to v6.14: every mapping, found through the reverse map (mm/rmap.c of the
 * patch; try_to_protect was renamed page_make_device_exclusive in v5.14).
 */
import { add, and, constant, type Expr, eq, field, isConstant, ne, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { hasLargeFolios, type Machine, rootOf, vmaAt } from "../machine/machine.ts";
import { clearPresentEntry } from "./clear-entry.ts";
import { decrement } from "./counter.ts";
import { finishConversion } from "./exclusive-entry.ts";
import { getUserPagesRemote } from "./gup.ts";
import { awaitMapPte, mayMap, sayPassedOver } from "./mapped-walk.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { putPage, tryLockPage, unlockPage } from "./page.ts";
import { isExclusive, isPresent, none, pfn } from "./page-table.ts";
import {
  belongsAt,
  isInReverseMap,
  isMapped,
  sayLinked,
  takeAnonVmaLock,
  upReadUnheld,
  useVma,
} from "./reverse-map.ts";

const file = "mm/rmap.c";

export interface MakeExclusive {
  readonly context: Context;
  readonly va: number;
  /** The device whose driver asks, if the EXCLUSIVE event names it. */
  readonly owner: number | undefined;
  /** The caller is a thread of the process, as in the test driver, rather than a kernel thread. */
  readonly byProcess?: boolean;
}

/** make_device_exclusive_range() for one page: returns the page locked and with a reference, or no page. */
export const makeDeviceExclusiveRange = procedure<MakeExclusive>(
  "make_device_exclusive_range",
  { file, returns: ({ context }) => context.machine.types.page },
  (k, { context, va, owner }) => {
    const { machine } = context;
    const page = k.call(getUserPagesRemote, { context, va, owner });
    k.if(eq(page, machine.noPage), () => {
      if (!machine.has("make-checks-gup-error")) {
        k.step(
          "for (i = 0; i < npages; i++)",
          "goes through pages[] as far as an error number that it takes for a count",
          () =>
            k.assert(
              false,
              "the loop reads entries of pages[] that were never filled, because an error of get_user_pages_remote() is stored in an unsigned count",
            ),
        );
      }
      k.return(machine.noPage);
    });
    if (machine.has("make-rejects-tail-pages") && hasLargeFolios(machine)) {
      const isTail = k.register("tail", bool);
      k.step("PageTail", "checks whether the page is the first of its folio", () => {
        k.set(isTail, ne(machine.head(page), page));
        k.if(
          isTail,
          () => k.outcome("finds that", page, "is not the first page of its folio: gives up"),
          () => k.outcome("finds that", page, "is the first page of its folio"),
        );
      });
      k.if(isTail, () => {
        k.step("put_page of a tail page", "drops the reference; only head pages are made exclusive", () =>
          putPage(k, context, page),
        );
        k.return(machine.noPage);
      });
    }
    const locked = k.register("locked", bool);
    k.step("trylock_page", "takes the page lock if it is free", () => {
      k.set(locked, true);
      tryLockPage(k, context, page, () => k.set(locked, false));
    });
    k.if(not(locked), () => {
      k.step("put_page after trylock", "drops the reference; the page stays as it is", () => putPage(k, context, page));
      k.return(machine.noPage);
    });
    const protectedAll = k.call(tryToProtect, { context, va, owner, page });
    k.if(not(protectedAll), () => {
      if (machine.has("make-unlocks-on-failure")) {
        k.step("unlock_page", "unlocks the page that could not be protected", () => unlockPage(k, context, page));
        k.step("put_page", "drops its reference", () => putPage(k, context, page));
      }
      k.return(machine.noPage);
    });
    k.return(page);
  },
);

interface Protect extends MakeExclusive {
  readonly page: Expr;
}

/** try_to_protect(): true if every mapping of the page became an exclusive entry, the one at the address among them. */
const tryToProtect = procedure<Protect>("try_to_protect", { file, returns: bool }, (k, protect) => {
  const { context, va, page } = protect;
  const { machine } = context;
  const vma = vmaAt(machine, va);
  const result = k.register("result", bool);
  const valid = k.register("valid", bool);
  const large = hasLargeFolios(machine) ? k.register("large", bool) : constant(0, bool);
  k.set(valid, false);
  k.step(
    "page_lock_anon_vma_read",
    "gives up on a page that is not anonymous or not the first of its folio; locks the reverse map of a mapped page",
    () => {
      // v5.14 tests PageTail here. In v8 the mapping field of a tail page is poisoned, so no mapping is found through
      // it.
      const walks = and(machine.pageAnon(page), isMapped(machine, page), eq(machine.head(page), page));
      k.set(result, walks);
      k.if(
        walks,
        () => k.outcome("locks the reverse map of", page),
        () =>
          k.if(
            and(machine.pageAnon(page), isMapped(machine, page)),
            () => k.outcome("finds that", page, "is not the first page of its folio: gives up"),
            () =>
              k.if(
                machine.pageAnon(page),
                () => k.outcome("finds", page, "not mapped: gives up"),
                () => k.outcome("finds", page, "not anonymous: gives up"),
              ),
          ),
      );
      if (!isConstant(large)) k.set(large, machine.largeFolio(page));
      k.if(walks, () => takeAnonVmaLock(k, machine, vma));
    },
  );
  k.if(not(result), () => k.return(false));
  const going = k.register("going", bool);
  k.set(going, true);
  // A page that UFFDIO_MOVE has moved since get_user_pages() is made exclusive at its new address, which is not valid.
  const places = machine
    .movedBetween(va)
    .flatMap((place) => familyOf(machine, context.mm).map((mm) => ({ mm, place })));
  for (const { mm, place } of places) {
    k.if(going, () => {
      const process = at(machine.mms, mm).name;
      const name = place === va ? process : `${process} ${at(machine.addresses, place)}`;
      const visit = () => {
        const verdict = k.call(tryToProtectOne, { ...protect, va: place, mm, large });
        const isValid = or(eq(verdict, "valid"), eq(verdict, "valid_stop"));
        if (place === va) k.if(isValid, () => k.set(valid, true));
        k.if(
          stops(verdict),
          () => k.set(going, false),
          () =>
            k.step(`page_not_mapped after ${name}`, "ends the walk if no mapping is left", () => {
              k.set(going, isMapped(machine, page));
              k.if(
                going,
                () => k.outcome("finds", page, "still mapped: goes on"),
                () => k.outcome("finds", page, "no longer mapped: ends the walk"),
              );
            }),
        );
      };
      // The caller's own VMA cannot disappear, because the mmap lock is held.
      const belongs = belongsAt(machine, page, place);
      if (mm === context.mm && isConstant(belongs)) return visit();
      const linked = k.register(`linked ${name}`, bool);
      k.step(`rmap_walk ${name}`, "checks whether the VMA is in the reverse map", () => {
        const inMap = mm === context.mm ? constant(1, bool) : isInReverseMap(machine, mm, vmaAt(machine, place), page);
        k.set(linked, and(inMap, belongs));
        k.if(
          belongs,
          () => sayLinked(k, inMap, name),
          () => k.outcome("finds that", page, `does not belong at ${at(machine.addresses, place)}`),
        );
      });
      k.if(linked, visit);
    });
  }
  k.step("page_unlock_anon_vma_read", "unlocks the reverse map and checks whether the page is still mapped", () => {
    decrement(k, machine.anonVmaReaders(vma), upReadUnheld, "lock-discipline");
    const mapped = machine.has("make-counts-folio") ? isMapped(machine, page) : ne(machine.mapcount(page), 0);
    k.set(result, and(machine.has("conversion-checks-address") ? valid : true, not(mapped)));
    k.outcome("unlocks the reverse map");
    k.if(
      mapped,
      () => k.outcome("finds", page, "still mapped: fails"),
      () => k.outcome("finds", page, "no longer mapped"),
    );
  });
  k.return(result);
});

/** The address spaces whose VMAs are in the reverse map of an anonymous page, the parent before the child. */
function familyOf(machine: Machine, of: number): readonly number[] {
  return [...machine.mms.keys()].filter((mm) => rootOf(machine, mm) === rootOf(machine, of));
}

/** `valid`: the entry at the address was changed. `stop`: the walk ends, which does not undo that. */
const protectVerdict = enumeration("ProtectVerdict", ["stop", "go_on", "valid", "valid_stop"]);

const stops = (verdict: Expr): Expr => or(eq(verdict, "stop"), eq(verdict, "valid_stop"));

/**
 * try_to_protect_one(): clears the PTE, flushes, writes the exclusive entry. These are separate steps, because hardware
 * may look in between.
 */
const tryToProtectOne = procedure<Protect & { readonly mm: number; readonly large: Expr }>(
  "try_to_protect_one",
  { file, returns: protectVerdict },
  (k, protect) => {
    const { context, va, owner, page, mm, large } = protect;
    const { machine } = context;
    const vma = vmaAt(machine, va);
    // page_size(page), up to the end of the VMA: every page of a large folio is changed, whether it was asked for or
    // not.
    const most = Math.min(vma.folio, vma.first + vma.count - va);
    const verdict = k.register("verdict", protectVerdict);
    const locked = most > 1 ? k.register("locked", bool) : constant(0, bool);
    k.set(verdict, "go_on");
    const notify = (count: number) =>
      k.call(invalidateRangeStart, { context, event: "EXCLUSIVE", mm, first: va, count, owner });
    if (most === 1) notify(1);
    else
      k.if(
        large,
        () => notify(most),
        () => notify(1),
      );
    for (let offset = 0; offset < most; offset++) {
      k.if(and(not(stops(verdict)), offset === 0 ? true : large), () => {
        const subpage = add(page, offset);
        const pteval = k.register(`pteval ${offset}`, machine.types.pte);
        const conversion = { context, mm, va: va + offset, page: subpage, pteval };
        const pte = machine.pte(mm, va + offset);
        const label = `ptep_clear ${at(machine.addresses, va + offset)}`;
        const note = "page_vma_mapped_walk: takes the PTL and clears a present entry of the page";
        k.step(label, note, () => {
          awaitMapPte(k, context, { mm, va: va + offset }, locked);
          if (vma.pmdMappable)
            k.assert(not(machine.pmdMapped(mm, vma)), "try_to_protect_one: the folio is mapped by a PMD");
          useVma(k, context, mm, va);
          const found = and(or(isPresent(pte), isExclusive(pte)), eq(pfn(pte), subpage));
          if (!isConstant(locked)) k.set(locked, or(locked, mayMap(pte)));
          k.set(pteval, none(machine));
          k.if(and(found, isExclusive(pte)), () => {
            k.outcome("finds the entry", pte, ": ends the walk");
            k.if(
              eq(verdict, "valid"),
              () => k.set(verdict, "valid_stop"),
              () => k.set(verdict, "stop"),
            );
          });
          k.if(not(found), () => sayPassedOver(k, pte));
          k.if(and(found, isPresent(pte)), () => clearPresentEntry(k, conversion));
        });
        k.if(isPresent(pteval), () =>
          finishConversion(k, conversion, () => {
            if (mm === context.mm && offset === 0) k.if(field(pteval, "write"), () => k.set(verdict, "valid"));
          }),
        );
      });
    }
    k.call(invalidateRangeEnd, { context, mm });
    k.return(verdict);
  },
);
