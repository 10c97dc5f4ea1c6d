/** From the words that describe what user space sees to an observation. agent/observe.c fills them in. */
import { at } from "../../src/ir/lookup.ts";
import type { DeviceView, Ending, EntryView, Observation, PageView, ProcessView } from "../observation.ts";
import type { Layout } from "./layout.ts";

/**
 * For each process: whether it runs, its anonymous pages, file pages and swapped pages, and for each address three
 * words from pagemap, kpagecount and kpageflags. The latter two are 0 if the entry has no page. After the processes one
 * word for each device and address: the driver's snapshot (bits 0 to 7; bit 2 says that a PMD maps the page), and whether it has exclusive access (bit 8).
 */
const ofProcess = 4;
const ofAddress = 3;

export function wordCount({ processes, addresses, devices }: Layout): number {
  return processes.length * (ofProcess + ofAddress * addresses.length) + devices.length * addresses.length;
}

/**
 * Swap types in the order of include/linux/swap.h, counted from the first type of device-exclusive entries. Their
 * numbers depend on the kernel and its configuration, but their order does not. Up to v6.14 a device-exclusive entry
 * has one of two types: writable, readable.
 */
const poisonType = -6;
const migrationTypes = [-5, -4, -3];
const privateTypes = [-2, -1];
const exclusiveTypes = [0, 1];
const markerType = 2;

const present = 1n << 63n;
const swapped = 1n << 62n;
const softDirty = 1n << 55n;
const uffdWp = 1n << 57n;
const frameMask = (1n << 55n) - 1n;
const typeBits = 5n;

/** Bits of /proc/kpageflags (include/uapi/linux/kernel-page-flags.h); MLOCKED is one of the kernel's own. */
const flags = {
  ...{ locked: 0, dirty: 4, anon: 12, swapCache: 13, swapBacked: 14 },
  ...{ compoundHead: 15, compoundTail: 16, ksm: 21, zero: 24, mlocked: 33 },
} as const;

const snapshots = ["none", "read", "write"] as const;
const snapshotError = 0xff;
const byPmd = 4;

/** A file behind a loop device, which is read through the swap cache, or zram, which is read at once. */
export const swapKinds = ["loop", "zram"] as const;
export type SwapKind = (typeof swapKinds)[number];

/** What the kernel's numbers and flags mean; the agent finds out. */
export interface Ready {
  /** The first swap type of device-exclusive entries. */
  readonly firstExclusive: number;
  /** Whether /proc/kpageflags has its KSM bit for merged pages only. */
  readonly tellsKsm: boolean;
  /** What the swap area is on. */
  readonly swap: SwapKind;
  readonly release: string;
}

export function observationOf(
  layout: Layout,
  words: readonly bigint[],
  { firstExclusive, tellsKsm }: Pick<Ready, "firstExclusive" | "tellsKsm">,
  { ending, complaints }: { readonly ending: Ending; readonly complaints: readonly string[] },
): Observation {
  const { processes, addresses, devices } = layout;
  const stride = ofProcess + ofAddress * addresses.length;
  const numbers = new Map<bigint, number>();
  const pages: Record<number, PageView> = {};

  const numberOf = (frame: bigint) => {
    const number = numbers.get(frame) ?? numbers.size + 1;
    numbers.set(frame, number);
    return number;
  };

  const pageOf = (frame: bigint, word: number) => {
    const [mapcount, pageFlags] = [at(words, word + 1), at(words, word + 2)];
    const has = (bit: number) => ((pageFlags >> BigInt(bit)) & 1n) === 1n;
    if (has(flags.zero)) return 0;
    const number = numberOf(frame);
    const { locked, dirty, anon, compoundHead, compoundTail, ksm, mlocked, swapBacked, swapCache } = flags;
    pages[number] = {
      mapcount: Number(mapcount),
      locked: has(locked),
      dirty: has(dirty),
      anon: has(anon),
      ksm: tellsKsm ? has(ksm) : undefined,
      mlocked: has(mlocked),
      large: has(compoundHead) || has(compoundTail),
      swapBacked: has(swapBacked),
      swapCache: has(swapCache),
    };
    return number;
  };

  const entryAt = (word: number): EntryView => {
    const entry = at(words, word);
    const bits = { softDirty: (entry & softDirty) !== 0n, uffdWp: (entry & uffdWp) !== 0n };
    const frame = entry & frameMask;
    if ((entry & present) !== 0n) return { kind: "present", ...bits, page: pageOf(frame, word) };
    if ((entry & swapped) === 0n) return { kind: "none", ...bits, page: undefined };
    const type = Number(frame & ((1n << typeBits) - 1n)) - firstExclusive;
    if (exclusiveTypes.includes(type))
      return { kind: "device_exclusive", ...bits, page: pageOf(frame >> typeBits, word) };
    if (migrationTypes.includes(type)) return { kind: "migration", ...bits, page: undefined };
    // Of these pages the kernel shows no more than the number.
    if (privateTypes.includes(type)) return { kind: "device_private", ...bits, page: numberOf(frame >> typeBits) };
    if (type === poisonType) return { kind: "hwpoison", ...bits, page: numberOf(frame >> typeBits) };
    if (type === markerType) return { kind: "marker", ...bits, page: undefined };
    return { kind: type < poisonType ? "swap" : "other", ...bits, page: undefined };
  };

  const processAt = (begin: number): ProcessView => {
    const counter = (index: number) => Number(BigInt.asIntN(64, at(words, begin + index)));
    return {
      rssAnon: counter(1),
      rssFile: counter(2),
      swap: counter(3),
      entries: Object.fromEntries(
        addresses.map((name, index) => [name, entryAt(begin + ofProcess + ofAddress * index)]),
      ),
    };
  };

  const deviceAt = (word: number): DeviceView => {
    const value = Number(at(words, word));
    const seen = value & 0xff;
    const exclusive = (value & 0x100) !== 0;
    if (seen === snapshotError) return { snapshot: "error", huge: false, exclusive };
    return { snapshot: at(snapshots, seen & 3), huge: (seen & byPmd) !== 0, exclusive };
  };

  const runs = (process: number) => at(words, process * stride) === 1n;
  const begin = processes.length * stride;
  return {
    ending,
    processes: Object.fromEntries(
      processes.flatMap((name, process) => (runs(process) ? [[name, processAt(process * stride)]] : [])),
    ),
    pages,
    // Devices work in the memory of the first process.
    devices: Object.fromEntries(
      (runs(0) ? devices : []).map((name, device) => [
        name,
        Object.fromEntries(
          addresses.map((address, index) => [address, deviceAt(begin + device * addresses.length + index)]),
        ),
      ]),
    ),
    complaints,
  };
}
