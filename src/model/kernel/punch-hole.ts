/** Punching a hole into a file (mm/truncate.c), as its private mappings see it. */
import { eq } from "../../ir/expression.ts";
import { required } from "../../ir/lookup.ts";
import { procedure } from "../../ir/recorder.ts";
import { ownerValue, type RangeOperation } from "../machine/context.ts";
import { truncateInodePage, unmapMappingRange } from "./truncate.ts";

/**
 * fallocate(FALLOC_FL_PUNCH_HOLE) by a file system that holds the file's invalidate_lock: truncate_pagecache_range().
 * It unmaps the file's pages everywhere once, without private copies, and then takes each page out of the page cache.
 * A page that was mapped again meanwhile is unmapped under its lock.
 */
export const punchHole = procedure<RangeOperation>(
  "truncate_pagecache_range",
  { file: "mm/truncate.c" },
  (k, { context, vma, first, count }) => {
    const { machine } = context;
    const lock = machine.invalidateLock(vma.index);
    const hole = { context, vma, first, count, evenCows: false };
    const page = required(vma.firstFilePage, `the file of ${vma.name}`) - vma.first;
    k.step("filemap_invalidate_lock", "locks the page cache: no page is read into it meanwhile", () => {
      k.await(eq(lock, 0));
      k.set(lock, ownerValue(context));
    });
    k.call(unmapMappingRange, hole);
    for (let va = first; va < first + count; va++)
      truncateInodePage(k, context, page + va, () => k.call(unmapMappingRange, { ...hole, first: va, count: 1 }));
    k.step("filemap_invalidate_unlock", "unlocks the page cache", () => {
      k.assert(eq(lock, ownerValue(context)), "up_write of a lock that this actor does not hold", "lock-discipline");
      k.set(lock, 0);
    });
  },
);
