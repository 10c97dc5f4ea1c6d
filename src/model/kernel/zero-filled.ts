/**
 * The zero page takes the place of a page that holds only zeros, when a large folio has been split (mm/migrate.c
 * try_to_map_unused_to_zeropage).
 */
import { and, type Expr, field, makeWord, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { type Machine, vmaAt } from "../machine/machine.ts";
import type { Mapping } from "./mlocked.ts";
import { takeFromRss } from "./rss.ts";

/** Registers: whether a page holds only zeros, and whether the other page of its folio does. */
export interface ZeroFilled {
  readonly page: Expr;
  readonly other: Expr;
}

/** Undefined if the kernel does not look for such pages. */
export function registerZeroFilled(k: Recorder, machine: Machine): ZeroFilled | undefined {
  if (!machine.has("split-maps-zero-page")) return undefined;
  return { page: k.register("page is zero", bool), other: k.register("other is zero", bool) };
}

/**
 * Part of the step that splits the folio, to which nobody else refers: content is not modelled, so it is a choice which
 * pages hold only zeros. Every process that maps a page finds the same.
 */
export function chooseZeroFilled(k: Recorder, zero: ZeroFilled | undefined): void {
  if (zero === undefined) return;
  const set = (page: boolean, other: boolean) => () => {
    k.set(zero.page, page);
    k.set(zero.other, other);
  };
  k.choose({
    "both pages hold data": set(false, false),
    "the page is zero": set(true, false),
    "the other page is zero": set(false, true),
    "both pages are zero": set(true, true),
  });
}

/**
 * Part of the step that puts a page back: maps the zero page if the page holds only zeros, and neither is locked into
 * memory nor has a hardware error.
 */
export function mapZeroPageOr(
  k: Recorder,
  machine: Machine,
  { mm, va, page }: Mapping,
  { isZero, map }: { readonly isZero: Expr | undefined; readonly map: () => void },
): void {
  if (isZero === undefined) return map();
  const pte = machine.pte(mm, va);
  const locked = or(machine.vmaLocked(mm, vmaAt(machine, va)), machine.pageMlocked(page));
  const poisoned = machine.hwpoison(page);
  if (!machine.has("split-spares-poisoned"))
    k.assert(or(locked, not(poisoned)), "try_to_map_unused_to_zeropage: reads a page with a hardware error");
  k.if(
    and(isZero, not(locked), not(poisoned)),
    () => {
      k.outcome("maps the zero page in place of the entry", pte);
      const bits = machine.has("zero-page-keeps-bits")
        ? { soft_dirty: field(pte, "soft_dirty"), uffd_wp: field(pte, "uffd_wp") }
        : {};
      k.set(pte, makeWord(machine.types.pte, { kind: "present", pfn: machine.noPage, young: true, ...bits }));
      takeFromRss(k, machine.rssAnon(mm));
    },
    map,
  );
}
