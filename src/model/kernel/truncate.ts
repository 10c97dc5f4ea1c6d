/** Truncating a file to length zero (mm/truncate.c), as its private mappings see it. */
import { add, type Expr, ne, not } from "../../ir/expression.ts";
import { at, required } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, RangeOperation, VmaOperation } from "../machine/context.ts";
import { rootOf } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { dropReference, getPage, lockPage, putPage, unlockPage } from "./page.ts";
import { sayLinked, upReadUnheld } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { zapPageRange } from "./zap.ts";

/**
 * truncate_pagecache(): unmaps the file's pages everywhere, private copies included (even_cows), takes them out of the
 * page cache, and unmaps once more what was mapped again meanwhile. It holds the reverse map's lock but no mmap lock.
 */
export const truncate = procedure<VmaOperation>(
  "truncate_pagecache",
  { file: "mm/truncate.c" },
  (k, { context, vma }) => {
    const { machine } = context;
    k.step("i_size_write", "cuts the file's size", () => k.set(machine.truncated(vma.index), true));
    const whole = { context, vma, first: vma.first, count: vma.count, evenCows: true };
    k.call(unmapMappingRange, whole);
    const first = required(vma.firstFilePage, `the file of ${vma.name}`);
    for (let offset = 0; offset < vma.count; offset++) truncateInodePage(k, context, first + offset);
    k.call(unmapMappingRange, whole);
  },
);

export interface UnmappedRange extends RangeOperation {
  /** Whether private copies are removed too. */
  readonly evenCows: boolean;
}

/**
 * unmap_mapping_range(), and unmap_mapping_folio() for one page: zaps the range in the VMAs of the file in every address
 * space, those of the parent before those of the child.
 */
export const unmapMappingRange = procedure<UnmappedRange>(
  "unmap_mapping_range",
  { file: "mm/memory.c" },
  (k, { context, vma, first, count, evenCows }) => {
    const { machine } = context;
    const mapped = k.register("mapped", bool);
    k.step("i_mmap_lock_read", "locks the file's reverse map for reading", () =>
      k.set(machine.iMmapReaders(vma), add(machine.iMmapReaders(vma), 1)),
    );
    for (const [mm, { name }] of machine.mms.entries()) {
      if (rootOf(machine, mm) !== vma.mm) continue;
      k.step(`vma_interval_tree ${name}`, "checks whether the VMA is in the reverse map", () => {
        k.set(mapped, machine.vmaLinked(mm, vma.index));
        sayLinked(k, mapped, name);
      });
      k.if(mapped, () =>
        k.call(zapPageRange, {
          context,
          mm,
          first,
          count,
          event: "CLEAR",
          ofFile: evenCows ? "all" : "without copies",
        }),
      );
    }
    k.step("i_mmap_unlock_read", "unlocks the reverse map", () =>
      decrement(k, machine.iMmapReaders(vma), upReadUnheld, "lock-discipline"),
    );
  },
);

/** truncate_inode_pages() for one page. `unmap` is recorded for a page that is found mapped, if it is given. */
export function truncateInodePage(k: Recorder, context: Context, number: number, unmap?: () => void): void {
  const { machine } = context;
  const page = { op: "const", type: machine.types.page, value: number } as const;
  const name = at(machine.pages, number);
  const cached = k.register(`cached ${name}`, bool);
  k.step(`find_get_entries ${name}`, "takes a reference to the page-cache page", () => {
    k.set(cached, machine.pageCache(page));
    k.if(
      cached,
      () => k.outcome("takes a reference to", page),
      () => k.outcome("finds no page in the page cache"),
    );
    k.if(machine.pageCache(page), () => getPage(k, context, page));
  });
  k.if(cached, () => {
    k.step(`lock_page ${name}`, "locks it", () => lockPage(k, context, page));
    if (unmap !== undefined) unmapIfMapped(k, context, page, unmap);
    k.step(`delete_from_page_cache ${name}`, "takes it out of the page cache", () => {
      k.if(not(machine.pageCache(page)), () => k.outcome("finds", page, "taken out of the page cache already"));
      k.if(machine.pageCache(page), () => {
        k.outcome("takes", page, "out of the page cache");
        k.set(machine.pageCache(page), false);
        dropReference(k, context, page);
      });
    });
    k.step(`unlock_page ${name}`, "unlocks it", () => unlockPage(k, context, page));
    k.step(`put_page ${name}`, "drops the reference", () => putPage(k, context, page));
  });
}

/** truncate_cleanup_folio(), with the page locked. */
function unmapIfMapped(k: Recorder, { machine }: Context, page: Expr & { readonly value: number }, unmap: () => void) {
  const name = at(machine.pages, page.value);
  const mapped = k.register(`mapped ${name}`, bool);
  k.step(`folio_mapped ${name}`, "checks whether the page was mapped again", () =>
    sayWhether(k, mapped, ne(machine.mapcount(page), 0), [
      ["finds", page, "mapped"],
      ["finds", page, "not mapped"],
    ]),
  );
  k.if(mapped, unmap);
}
