/** Userfaultfd write protection in a scenario: which forms of it a VMA can have. */
import type { Machine, Vma } from "./machine.ts";

/** Whether any entry is ever write-protected for userfaultfd. */
export const usesUserfaultfd = ({ uses }: Pick<Machine, "uses">): boolean => uses("uffd_wp", "pagemap_scan");

/** userfaultfd_wp_async(): a write fault ends the protection itself. */
export const isAsync = ({ has }: Pick<Machine, "has">, { userfaultfd }: Vma): boolean =>
  userfaultfd === "async" && has("uffd-wp-async");

/** userfaultfd_wp_use_markers(): protecting an address at which nothing is mapped leaves a marker there. */
export const usesMarkers = (machine: Pick<Machine, "has" | "uses">, { userfaultfd }: Vma): boolean =>
  userfaultfd !== "sync" && machine.has("uffd-wp-unpopulated") && usesUserfaultfd(machine);

/** Whether any entry may be a marker. */
export const hasMarkers = (machine: Pick<Machine, "uses" | "vmas">): boolean =>
  usesUserfaultfd(machine) && machine.vmas.some(({ userfaultfd }) => userfaultfd !== "sync");
