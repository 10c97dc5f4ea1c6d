/** What user space can see after an operation. A real kernel shows it, and the model foretells it, in the same form. */

/** How an operation ended. */
export type Ending =
  | { readonly kind: "done" }
  /** A system call failed; the errno's name, for example `EBUSY`. */
  | { readonly kind: "error"; readonly errno: string }
  /** The thread got this signal, for example `SIGSEGV`. */
  | { readonly kind: "signal"; readonly signal: string };

/** One address of one process, from /proc/PID/pagemap and the page's own files. */
export interface EntryView {
  /** `marker`: a mark of userfaultfd where nothing is mapped. `other`: none of the named kinds. */
  readonly kind:
    | "none"
    | "present"
    | "device_exclusive"
    | "swap"
    | "migration"
    | "hwpoison"
    | "device_private"
    | "marker"
    | "other";
  readonly softDirty: boolean;
  readonly uffdWp: boolean;
  /**
   * The page to which an entry points, unless it is an entry of swap or migration, by a number that is the same for the
   * same page in one observation and says nothing else; undefined for other entries. The zero page has the number 0, others begin at 1 in
   * the order of processes and addresses.
   */
  readonly page: number | undefined;
}

/** A page that a present or a device-exclusive entry points to, from /proc/kpagecount and /proc/kpageflags. */
export interface PageView {
  readonly mapcount: number;
  readonly locked: boolean;
  readonly dirty: boolean;
  readonly anon: boolean;
  /** Undefined if the kernel does not say: since 6.10 /proc/kpageflags has this flag for all anonymous pages. */
  readonly ksm: boolean | undefined;
  readonly mlocked: boolean;
  /** Whether it is in a large folio. */
  readonly large: boolean;
  readonly swapBacked: boolean;
  readonly swapCache: boolean;
}

/** One address through one device of the test driver. */
export interface DeviceView {
  /** What the driver's snapshot says that the process's entry permits. */
  readonly snapshot: "none" | "read" | "write" | "error";
  /** Whether the snapshot says that a PMD maps the page. */
  readonly huge: boolean;
  /** Whether the driver has the page mapped for atomic access. */
  readonly exclusive: boolean;
}

export interface ProcessView {
  /** In pages, counted from the beginning of the program. */
  readonly rssAnon: number;
  readonly rssFile: number;
  readonly swap: number;
  /** By address as a scenario writes it, for example `buf[0]`. */
  readonly entries: Readonly<Record<string, EntryView>>;
}

export interface Observation {
  readonly ending: Ending;
  /** By name; a process that does not run is not there. */
  readonly processes: Readonly<Record<string, ProcessView>>;
  /** By the numbers of the entries; the zero page is not there. */
  readonly pages: Readonly<Record<number, PageView>>;
  /** By device, then by address. */
  readonly devices: Readonly<Record<string, Readonly<Record<string, DeviceView>>>>;
  /** Warnings, bugs and page states that the kernel has written to its log during the operation. */
  readonly complaints: readonly string[];
}
