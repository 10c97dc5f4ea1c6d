/**
 * Kernels with one mistake: a correction taken out, or a plausible patch put in. The model has the same change as a
 * feature switched on or off, and foretells what goes wrong. The race and the random programs show whether it does.
 *
 * The edits find only the few lines that they change (see line-edit.ts).
 */
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import type { LineEdit } from "./line-edit.ts";
import { changesOf, type KernelTree, type TreeName } from "./trees.ts";

export interface SourceEdit extends LineEdit {
  readonly file: string;
}

export interface Variant {
  readonly name: string;
  /** What the kernel no longer does, or does now. */
  readonly sentence: string;
  /** The commit that is taken out, if the mistake was real. */
  readonly removes?: string;
  /** The same change in the model. */
  readonly with?: readonly FeatureName[];
  readonly without?: readonly FeatureName[];
  /** A scenario in specs/ that is violated with this change, and the property. */
  readonly foretold: { readonly scenario: string; readonly property: string };
  readonly edits: Readonly<Partial<Record<TreeName, readonly SourceEdit[]>>>;
}

const memory = "mm/memory.c";
const rmap = "mm/rmap.c";
const fault = { file: memory, function: "remove_device_exclusive_entry" };
const restore = { file: memory, function: "restore_exclusive_pte" };
const make = { file: rmap, function: "page_make_device_exclusive_one" };

const both = (edits: readonly SourceEdit[]) => ({ "6.1": edits, "6.12": edits });

export const variants: readonly Variant[] = [
  {
    name: "no-fault-reference",
    sentence: "A fault locks the page of an exclusive entry without a reference, so the page may be free by then.",
    removes: "7c7b962938dd",
    without: ["fault-takes-page-reference"],
    foretold: { scenario: "fault-race", property: "no-use-after-free" },
    edits: both([
      { ...fault, find: ["if (!folio_try_get(folio))", "return 0;"], replace: [] },
      { ...fault, find: ["folio_put(folio);"], replace: [], times: 2 },
    ]),
  },
  {
    name: "no-fault-lock",
    sentence: "A fault restores an exclusive entry without the page lock, which the test driver relies on.",
    without: ["fault-locks-page"],
    foretold: { scenario: "without-fault-locks-page", property: "device-atomicity" },
    edits: {
      "6.1": [
        { ...fault, find: ["if (!folio_lock_or_retry(folio, vma->vm_mm, vmf->flags)) {"], replace: ["if (false) {"] },
        { ...fault, find: ["folio_unlock(folio);"], replace: [] },
      ],
      "6.12": [
        { ...fault, find: ["ret = folio_lock_or_retry(folio, vmf);"], replace: ["ret = 0;"] },
        { ...fault, find: ["folio_unlock(folio);"], replace: [] },
      ],
    },
  },
  {
    name: "no-fault-recheck",
    sentence:
      "A fault restores an exclusive entry without comparing it with the one that it read before the page lock.",
    without: ["fault-rechecks-entry"],
    foretold: { scenario: "without-fault-rechecks-entry", property: "rss-matches" },
    edits: {
      "6.1": [{ ...fault, find: ["if (likely(pte_same(*vmf->pte, vmf->orig_pte)))"], replace: [] }],
      "6.12": [
        {
          ...fault,
          find: ["if (likely(vmf->pte && pte_same(ptep_get(vmf->pte), vmf->orig_pte)))"],
          replace: ["if (vmf->pte)"],
        },
      ],
    },
  },
  {
    name: "no-restore-notification",
    sentence: "A fault restores an exclusive entry without notifying the devices, which keep their mappings.",
    without: ["restore-notifies"],
    foretold: { scenario: "without-restore-notifies", property: "device-exclusivity" },
    edits: both([
      { ...fault, find: ["mmu_notifier_invalidate_range_start(&range);"], replace: [] },
      { ...fault, find: ["mmu_notifier_invalidate_range_end(&range);"], replace: [] },
    ]),
  },
  {
    name: "make-drops-soft-dirty",
    sentence: "Making an entry exclusive forgets its soft-dirty bit.",
    without: ["conversion-keeps-soft-dirty"],
    foretold: { scenario: "without-conversion-keeps-soft-dirty", property: "bit-preservation" },
    edits: both([
      { ...make, find: ["if (pte_soft_dirty(pteval))", "swp_pte = pte_swp_mksoft_dirty(swp_pte);"], replace: [] },
    ]),
  },
  {
    name: "restore-drops-uffd-wp",
    sentence: "Restoring an exclusive entry forgets userfaultfd write protection.",
    without: ["restore-keeps-uffd-wp"],
    foretold: { scenario: "without-restore-keeps-uffd-wp", property: "bit-preservation" },
    edits: {
      "6.1": [
        {
          ...restore,
          find: [
            "if (pte_swp_uffd_wp(*ptep))",
            "pte = pte_mkuffd_wp(pte);",
            "else if (is_writable_device_exclusive_entry(entry))",
          ],
          replace: ["if (is_writable_device_exclusive_entry(entry))"],
        },
      ],
      "6.12": [
        {
          ...restore,
          find: [
            "if (pte_swp_uffd_wp(orig_pte))",
            "pte = pte_mkuffd_wp(pte);",
            "else if (is_writable_device_exclusive_entry(entry))",
          ],
          replace: ["if (is_writable_device_exclusive_entry(entry))"],
        },
      ],
    },
  },
  {
    name: "zap-expects-anonymous-vma",
    sentence:
      "Zapping an exclusive entry warns if its VMA maps a file, although a private copy may be exclusive there.",
    with: ["zap-expects-anonymous-vma"],
    foretold: { scenario: "file-munmap-exclusive", property: "kernel-assertions" },
    edits: {
      "6.1": [
        {
          file: memory,
          function: "zap_pte_range",
          find: ["WARN_ON_ONCE(!PageAnon(page));"],
          replace: ["WARN_ON_ONCE(!vma_is_anonymous(vma));"],
        },
      ],
      "6.12": [
        {
          file: memory,
          function: "zap_pte_range",
          find: ["WARN_ON_ONCE(!folio_test_anon(folio));"],
          replace: ["WARN_ON_ONCE(!vma_is_anonymous(vma));"],
        },
      ],
    },
  },
  {
    name: "mremap-keeps-uffd-wp",
    sentence: "Moving an entry keeps its uffd-wp bit, which means nothing at the new address (CVE-2025-21696).",
    removes: "0cef0bb836e3",
    without: ["mremap-clears-uffd-wp"],
    foretold: { scenario: "mremap-uffd-wp", property: "no-stale-uffd-bit" },
    edits: both([
      {
        file: "mm/mremap.c",
        function: "move_ptes",
        find: ["bool need_clear_uffd_wp = vma_has_uffd_without_event_remap(vma);"],
        replace: ["bool need_clear_uffd_wp = false;"],
      },
    ]),
  },
  {
    name: "no-uprobe-recheck",
    sentence:
      "Replacing a page for a uprobe takes an exclusive entry for a present one. The tree 6.1 is like this as it is.",
    without: ["uprobe-skips-exclusive"],
    foretold: { scenario: "uprobe-and-device", property: "kernel-assertions" },
    edits: {
      "6.12": [
        {
          file: "kernel/events/uprobes.c",
          function: "__replace_page",
          find: ["if (unlikely(!pte_present(pte))) {"],
          replace: ["if (false) {"],
        },
      ],
    },
  },
];

/** A tree's differences from its row, with those of a variant, in the form that `featuresOf` takes. */
export function changesOfVariant(
  tree: KernelTree,
  variant: Variant,
): { readonly with: readonly FeatureName[]; readonly without: readonly FeatureName[] } {
  const own = changesOf(tree);
  const { with: added = [], without: removed = [] } = variant;
  return {
    with: [...own.with.filter((feature) => !removed.includes(feature)), ...added],
    without: [...own.without.filter((feature) => !added.includes(feature)), ...removed],
  };
}
