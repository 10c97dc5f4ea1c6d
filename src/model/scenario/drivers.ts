/** The drivers that a device can have, and how they differ. Their procedures are in `src/model/driver`. */

export interface DriverTraits {
  readonly sentence: string;
  /** Whether its interval notifier always covers the whole address space, rather than one page for each request. */
  readonly standingSubscription: boolean;
  /** Whether one worker answers all faults of a device, one after the other. */
  readonly oneFaultWorker: boolean;
  /** Whether it unlocks the page and drops its reference before it starts over. */
  readonly letsGoBeforeRetry: boolean;
  /** Whether an entry for atomics allows plain writes as well. */
  readonly plainWritesWithAtomics: boolean;
  /** Whether its notifier refuses every invalidation that must not wait. */
  readonly refusesNonblocking: boolean;
  /** Whether its interval notifier is called in two passes. */
  readonly twoPasses: boolean;
  /** Whether it moves a page to the device's own memory before an atomic. */
  readonly atomicsInOwnMemory: boolean;
  /** Whether its device's loads fault a page in as a write does. */
  readonly loadsAskToWrite: boolean;
  /** Whether the device's accesses are made under the driver's mutex. If not, the notifier waits for them. */
  readonly accessesUnderMutex: boolean;
}

const nouveau: DriverTraits = {
  sentence: "Checks its notifier's sequence number and starts over (as corrected by commit b3fefbb30a16).",
  standingSubscription: false,
  oneFaultWorker: true,
  letsGoBeforeRetry: true,
  plainWritesWithAtomics: true,
  accessesUnderMutex: false,
  refusesNonblocking: true,
  twoPasses: false,
  atomicsInOwnMemory: false,
  loadsAskToWrite: false,
};

const traits = {
  nouveau,
  "nouveau-before-b3fefbb30a16": {
    ...nouveau,
    sentence: "nouveau before the correction: it starts over without unlocking the page.",
    letsGoBeforeRetry: false,
  },
  test_hmm: {
    sentence: "The kernel's test driver. It reads no sequence number when it makes a page exclusive.",
    standingSubscription: true,
    oneFaultWorker: false,
    letsGoBeforeRetry: true,
    plainWritesWithAtomics: false,
    accessesUnderMutex: true,
    refusesNonblocking: false,
    twoPasses: false,
    atomicsInOwnMemory: false,
    loadsAskToWrite: false,
  },
  "as-documented": {
    sentence:
      "What the kernel's documentation asks of a driver: one interval notifier, which ignores the device's own EXCLUSIVE events and no others, and a checked sequence number.",
    standingSubscription: true,
    oneFaultWorker: false,
    letsGoBeforeRetry: true,
    plainWritesWithAtomics: true,
    accessesUnderMutex: false,
    refusesNonblocking: false,
    twoPasses: false,
    atomicsInOwnMemory: false,
    loadsAskToWrite: false,
  },
  xe: {
    sentence:
      "xe's shared virtual memory, as in Linux 7.1: it makes no page exclusive, but moves a page to the device's memory before an atomic.",
    standingSubscription: true,
    oneFaultWorker: false,
    letsGoBeforeRetry: true,
    plainWritesWithAtomics: true,
    accessesUnderMutex: false,
    refusesNonblocking: true,
    twoPasses: false,
    atomicsInOwnMemory: true,
    loadsAskToWrite: true,
  },
  "xe-userptr": {
    sentence:
      "xe's user pointers, as in Linux 7.1: the device has no atomics there, and its interval notifier has two passes.",
    standingSubscription: true,
    oneFaultWorker: false,
    letsGoBeforeRetry: true,
    plainWritesWithAtomics: true,
    accessesUnderMutex: false,
    refusesNonblocking: true,
    twoPasses: true,
    atomicsInOwnMemory: false,
    loadsAskToWrite: true,
  },
} as const satisfies Readonly<Record<string, DriverTraits>>;

export type DriverName = keyof typeof traits;
export const driverTraits: Readonly<Record<DriverName, DriverTraits>> = traits;
export const driverNames = Object.keys(traits) as readonly DriverName[];
