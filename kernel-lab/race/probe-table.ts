/**
 * Where a thread of a real kernel stands before a step of the model. Data, by the procedure and the label of the step;
 * a step that is missing here cannot be driven. All places were read in Linux 6.1 and 6.12.
 */

export interface PlaceRule {
  readonly procedure: string;
  /** Without the address that some labels end in: `zap_pte_range buf[0]` is `zap_pte_range` here. */
  readonly label: string;
  /**
   * The thread stands before it enters one of these functions. The kernels call the same function by different names,
   * and compilers inline some of them.
   */
  readonly enters?: readonly string[];
  /** The thread stands before an instruction like this one. */
  readonly instruction?: RegExp;
  /** The functions that the place is in, inlined or not; `caller` is the caller of the procedure in the model. */
  readonly inside: readonly string[];
  /** Only if one of these has called the procedure; left out if any has. */
  readonly from?: readonly string[];
  /**
   * The step is the second half of an instruction without a lock prefix that loads a word, sets bits and stores the
   * word. The thread stands between the two halves, and other processors see the word as it was.
   */
  readonly splits?: true;
  /** A spinlock is held, so that the thread must not sleep. */
  readonly spins?: true;
}

export const caller = "caller";

const startsInvalidation = ["mmu_notifier_invalidate_range_start", "__mmu_notifier_invalidate_range_start"];
const endsInvalidation = ["mmu_notifier_invalidate_range_end", "__mmu_notifier_invalidate_range_end"];
const trylock = ["folio_trylock", "trylock_page"];
const unlock = ["folio_unlock", "unlock_page"];
const put = ["folio_put", "put_page"];
const takesPtl = ["__pte_offset_map_lock", "pte_offset_map_lock"];
/** `__set_bit` with a constant. Which bit PG_uptodate is depends on the kernel. */
const setsFlag = /^(bts[lq]? \$0x[0-9a-f]+|or[bwlq]? \$0x[0-9a-f]+),/;

const restore = { procedure: "remove_device_exclusive_entry", inside: ["remove_device_exclusive_entry"] };
const anonymous = { procedure: "do_anonymous_page", inside: ["do_anonymous_page"] };
/** uprobe_write_opcode sets the flag before it copies the page, and the model afterwards. */
const flags = {
  procedure: "__SetPageUptodate",
  from: ["do_anonymous_page", "wp_page_copy"],
  inside: ["__folio_mark_uptodate", caller],
  instruction: setsFlag,
};
const make = { procedure: "make_device_exclusive_range", inside: ["make_device_exclusive_range"] };
const protect = { procedure: "try_to_protect", inside: ["folio_make_device_exclusive"] };
const driver = { procedure: "dmirror_exclusive", inside: ["dmirror_exclusive"] };
const uprobe = { procedure: "uprobe_write_opcode", inside: ["uprobe_write_opcode"] };
const replace = { procedure: "__replace_page", inside: ["__replace_page"] };
const ksmProtect = { procedure: "write_protect_page", inside: ["write_protect_page"] };
const ksmReplace = { procedure: "replace_page", inside: ["replace_page"] };

export const placeRules: readonly PlaceRule[] = [
  { ...restore, label: "folio_try_get", enters: ["folio_try_get"] },
  { ...restore, label: "trylock_page", enters: trylock },
  { ...restore, label: "restore under the PTL", enters: takesPtl },
  { ...restore, label: "unlock_page", enters: unlock },
  { ...restore, label: "folio_put", enters: put },

  { procedure: "mmu_notifier_invalidate_range_start", label: "active++", enters: startsInvalidation, inside: [caller] },
  { procedure: "mmu_notifier_invalidate_range_end", label: "active--", enters: endsInvalidation, inside: [caller] },

  { ...anonymous, label: "alloc_zeroed_user_highpage", enters: ["alloc_anon_folio", "vma_alloc_zeroed_movable_folio"] },
  { ...anonymous, label: "map the new page", enters: takesPtl },
  { ...flags, label: "load flags" },
  { ...flags, label: "store flags", splits: true },

  { ...make, label: "trylock_page", enters: trylock },
  { ...make, label: "unlock_page", enters: unlock },
  { ...protect, label: "page_lock_anon_vma_read", enters: ["rmap_walk"] },

  { ...driver, label: "dmirror_atomic_map", enters: ["dmirror_atomic_map"] },
  { ...driver, label: "unlock_page", enters: unlock },
  { ...driver, label: "put_page", enters: put },

  { ...uprobe, label: "follow_page_pte", enters: ["get_user_page_vma_remote", "get_user_pages_remote"] },
  { ...uprobe, label: "alloc_page_vma", enters: ["alloc_page_vma_noprof", "alloc_page_vma", "vma_alloc_folio"] },
  { ...uprobe, label: "copy_highpage", enters: ["copy_highpage", "copy_page"] },
  { ...replace, label: "lock_page(old_page)", enters: ["folio_lock", "lock_page"] },
  { ...replace, label: "page_vma_mapped_walk", enters: ["page_vma_mapped_walk"] },
  { ...replace, label: "ptep_flush", enters: ["ptep_clear_flush"], spins: true },
  { ...replace, label: "unlock_page(old_page)", enters: unlock },

  { ...ksmProtect, label: "page_vma_mapped_walk", enters: ["page_vma_mapped_walk"] },
  { ...ksmProtect, label: "ptep_flush", enters: ["ptep_clear_flush"], spins: true },
  { ...ksmReplace, label: "pte_same", enters: takesPtl },
];

/** Functions that compilers inline, and the functions that then contain them, where the model's own stack has neither. */
export const inlinedInto: Readonly<Record<string, readonly string[]>> = {
  remove_device_exclusive_entry: ["do_swap_page"],
  do_anonymous_page: ["do_pte_missing", "handle_pte_fault", "__handle_mm_fault"],
  wp_page_copy: ["do_wp_page"],
  folio_make_device_exclusive: ["make_device_exclusive_range"],
  replace_page: ["try_to_merge_one_page"],
  write_protect_page: ["try_to_merge_one_page"],
  try_to_protect_one: ["page_make_device_exclusive_one"],
};

/** The model's steps that no place can stand for, and why. The first that fits is shown. */
export const undrivable: readonly { readonly procedure: string; readonly label?: RegExp; readonly because: string }[] =
  [
    { procedure: "load", because: "the processor takes this step by itself" },
    { procedure: "store", because: "the processor takes this step by itself" },
    {
      procedure: "mmu_notifier_invalidate_range_start",
      label: /^(?!active)/,
      because: "it happens in the device's driver, and the test driver works differently",
    },
    { procedure: "zap_page_range", because: "the page-table lock is held through the whole loop over the entries" },
    { procedure: "__replace_page", label: /^set_pte/, because: "the page-table lock is held from the walk on" },
    { procedure: "replace_page", because: "the page-table lock is held from the comparison on" },
  ];
