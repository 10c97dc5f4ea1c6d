/** Pages and faults in general, whatever the operation. */
import type { Feature } from "./feature.ts";

export const pageFeatures = [
  {
    name: "new-page-stores-flags-whole",
    sentence:
      "Setting a flag of a new page loads the word of its flags and stores it as a whole, so that what happened to the lock bit in between is lost; otherwise the flag is set atomically.",
    source:
      "do_anonymous_page, wp_page_copy, do_cow_fault and copy_present_page (mm/memory.c), __replace_page (kernel/events/uprobes.c) of 5.14 to 6.18: __SetPageUptodate, __folio_mark_uptodate",
  },
  {
    name: "anon-exclusive",
    sentence:
      "Pages know whether they are one mapping's alone (PG_anon_exclusive); copy on write goes by that, not by the reference count.",
    source: "commit 6c287605fd56 (v5.19)",
    since: "v6.4",
  },
  {
    name: "fatal-signal-ends-sleep",
    sentence:
      "A fatal signal, as exit sends it to the process's threads, ends a fault's wait for the page lock or for userspace.",
    source:
      "handle_userfault (userfaultfd_get_blocking_state), __lock_page_or_retry and fault_signal_pending of Linux 5.14, 6.4 and 6.14; make_device_exclusive (folio_lock_killable) of 6.18",
  },
] as const satisfies readonly Feature[];
