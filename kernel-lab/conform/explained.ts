/**
 * Differences between kernels and model that are known and right: each has a reason, and a place where it is
 * documented.
 */

import type { LabProgram } from "../lab-program.ts";
import { type Difference, kindOfField } from "./fields.ts";

export interface Explained {
  /** A few words, for the table at the end of a run. */
  readonly name: string;
  readonly because: string;
  /** The topic of docs/fidelity.md, "What is left out". */
  readonly topic: string;
  /** `steps`: those of the program up to the one after which the difference is seen. */
  readonly covers: (difference: Difference, { setup, steps }: LabProgram) => boolean;
}

export const scanWarning: Explained = {
  name: "the check of page tables warns of a writable entry with a mark",
  because:
    "make_uffd_wp_pte() marks an exclusive or device-private entry and leaves it writable, and page_table_check_pte_flags() warns of that. Such checks are options of a kernel; the model does not have this one.",
  topic: "PAGEMAP_SCAN",
  covers: ({ field, kernel, model }, { steps }) =>
    field === "complaints" &&
    model === "none" &&
    /^WARNING: [^;]* __page_table_check_ptes_set\+[^;]*$/.test(String(kernel)) &&
    steps.at(-1)?.call.operation === "pagemap_scan",
};

export const explained: readonly Explained[] = [
  {
    name: "a page is dirty because of what was on the device's page before",
    because:
      "free_zone_device_folio() leaves PG_dirty as it is, so a page of a device is dirty from the start if it was dirty when it was last freed. The page that it is moved to becomes dirty too.",
    topic: "Moving a page to a device and back",
    covers: ({ field, kernel, model }, { steps }) =>
      kindOfField(field) === "page dirty" &&
      kernel === true &&
      model === false &&
      steps.some(({ call }) => call.operation === "migrate_to_device"),
  },
  scanWarning,
  {
    name: "a walk ends before it meets a VMA that was moved away and back",
    because:
      "copy_vma() enters a moved VMA again in the anon_vma's interval tree, behind that of a child that was forked before. The child's reclaim or migration then ends its walk before it comes to the parent's VMA, whose devices keep the page. In the model the VMA has its old place again.",
    topic: "Walks of a page's mappings",
    covers: ({ field, kernel, model }, { steps }) =>
      kindOfField(field) === "device exclusive" &&
      kernel === true &&
      model === false &&
      ["migrate", "reclaim"].includes(steps.at(-1)?.call.operation ?? "") &&
      steps.at(-1)?.actor === "child_thread" &&
      steps.filter(({ call }) => call.operation === "mremap").length > 1,
  },
  {
    name: "a folio is no longer marked as locked, although another process has locked it",
    because:
      "munlock_vma_folio() takes one from the folio's mlock_count for each page that leaves a locked VMA, and for the split of a PMD. mlock() adds one for each VMA. So the count of a folio that two processes have locked reaches zero early. The model has no count.",
    topic: "Moving and locking a large folio",
    covers: ({ field, kernel, model }, { setup, steps }) =>
      kindOfField(field) === "page mlocked" &&
      kernel === false &&
      model === true &&
      setup.scenario.system.processes.some(({ vmas }) => vmas.some(({ pmdMapped }) => pmdMapped)) &&
      new Set(steps.filter(({ call }) => call.operation === "mlock").map(({ actor }) => actor)).size > 1,
  },
];

export function explanationOf(difference: Difference, program: LabProgram): Explained | undefined {
  return explained.find(({ covers }) => covers(difference, program));
}
