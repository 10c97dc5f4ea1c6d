/** A small trace by hand, in the shape of specs/fault-race.json: a fault locks a page that a zap has freed. */
import type { Change, Trace, TraceStep } from "../../src/trace/format.ts";

type Move = Pick<TraceStep, "actor" | "procedure" | "label"> &
  Partial<TraceStep> & { readonly now: Readonly<Record<string, string | null>> };

export const initial: Readonly<Record<string, string>> = {
  "pte[parent][buf[0]]": "device_exclusive pfn=P0 write soft_dirty",
  "refcount[P0]": "1",
  "mapcount[P0]": "0",
  "page_lock[P0]": "free",
  "page_dirty[P0]": "true",
  "held[faulter][P0]": "0",
  "mmap_lock.readers[parent]": "0",
  "mmap_lock.writer[parent]": "free",
  "ptl[parent]": "free",
  "driver_mutex[gpu]": "free",
  "cpu_tlb[faulter]": "-",
  "device_pte[gpu][buf[0]]": "valid pfn=P0 atomic",
  "device_tlb[gpu][buf[0]]": "valid pfn=P0 atomic",
  "named[faulter]": "none",
  "faulter.pc": "load: access",
  "zapper.pc": "madvise_dontneed: mmap_read_lock",
};

const faulting = ["program", "do_user_addr_fault", "handle_pte_fault"];
const zapping = ["program", "madvise_dontneed", "zap_page_range"];

const moves: readonly Move[] = [
  {
    actor: "faulter",
    procedure: "do_user_addr_fault",
    label: "mmap_read_lock",
    stack: faulting.slice(0, 2),
    now: { "mmap_lock.readers[parent]": "1", "faulter.pc": "handle_pte_fault: read orig_pte" },
  },
  {
    actor: "faulter",
    procedure: "handle_pte_fault",
    label: "read orig_pte",
    stack: faulting,
    now: {
      "named[faulter]": "P0",
      "faulter.handle_pte_fault.orig_pte": "device_exclusive pfn=P0",
      "faulter.pc": "remove_device_exclusive_entry: trylock_page",
    },
  },
  {
    actor: "zapper",
    procedure: "madvise_dontneed",
    label: "mmap_read_lock",
    stack: zapping.slice(0, 2),
    now: { "mmap_lock.readers[parent]": "2", "zapper.pc": "mmu_notifier: clear the page table" },
  },
  {
    actor: "zapper",
    procedure: "mmu_notifier",
    label: "clear the page table",
    stack: [...zapping, "mmu_notifier"],
    now: {
      "driver_mutex[gpu]": "zapper",
      "device_pte[gpu][buf[0]]": "-",
      "zapper.pc": "mmu_notifier: invalidate the TLB",
    },
  },
  {
    actor: "zapper",
    procedure: "mmu_notifier",
    label: "invalidate the TLB",
    stack: [...zapping, "mmu_notifier"],
    now: {
      "driver_mutex[gpu]": "free",
      "device_tlb[gpu][buf[0]]": "-",
      "zapper.pc": "zap_page_range: zap_pte_range buf[0]",
    },
  },
  {
    actor: "zapper",
    procedure: "zap_page_range",
    label: "zap_pte_range buf[0]",
    stack: zapping,
    now: {
      "pte[parent][buf[0]]": "none",
      "refcount[P0]": "0",
      "page_dirty[P0]": "false",
      "mmap_lock.readers[parent]": "1",
      "zapper.pc": "finished",
    },
  },
  {
    actor: "faulter",
    procedure: "remove_device_exclusive_entry",
    label: "trylock_page",
    stack: [...faulting, "remove_device_exclusive_entry"],
    events: [{ event: "page_use", arguments: { page: "P0", stale: "true" } }],
    now: {
      "page_lock[P0]": "faulter",
      "faulter.handle_pte_fault.orig_pte": null,
      "faulter.pc": "remove_device_exclusive_entry: unlock_page",
    },
  },
];

export const faultTrace: Trace = traceOf(moves);

/** The same over and over, so that it has so many steps. */
export function longTrace(steps: number): Trace {
  return traceOf(Array.from({ length: steps }, (_, index) => moves[index % moves.length] as Move));
}

function traceOf(taken: readonly Move[]): Trace {
  const state = new Map<string, string | null>(Object.entries(initial));
  const steps = taken.map(({ now, ...move }, index): TraceStep => {
    const changes = Object.entries(now).flatMap(([variable, value]): readonly Change[] => {
      const old = state.get(variable) ?? null;
      state.set(variable, value);
      return old === value ? [] : [{ variable, kind: kindOf(variable), old, new: value }];
    });
    return {
      n: index + 1,
      note: `does what ${move.label} does`,
      source: { file: "mm/memory.c", function: move.procedure },
      stack: [],
      operation: move.actor === "zapper" ? "madvise_dontneed buf" : "load buf[0]",
      choice: { number: 0, alternatives: [] },
      sees: [],
      matters: move.actor !== "zapper" || move.procedure === "zap_page_range",
      events: [],
      state: index.toString(16).padStart(16, "0"),
      ...move,
      changes,
    };
  });
  return {
    format: "exclusive-check-trace",
    version: 1,
    tool: "0.0.0",
    spec: { name: "fault-race", file: "fault-race.json", content: '{ "name": "fault-race" }' },
    kernel: "v8",
    features: { with: [], without: ["fault-locks-page"] },
    property: "no-use-after-free",
    origin: "0123456789abcdef",
    sentence: "No actor uses a page that was freed.",
    initial,
    steps,
    violation: {
      kind: "step",
      message: "faulter uses P0, which violates the property",
      explanation: {
        text: "!event.stale",
        is: false,
        bindings: [{ name: "p", label: "P0" }],
        values: [{ text: "event.stale", value: "true" }],
      },
    },
  };
}

function kindOf(variable: string): Change["kind"] {
  if (variable.endsWith(".pc")) return "pc";
  if (variable.startsWith("held[") || variable.startsWith("named[")) return "ghost";
  return variable.startsWith("faulter.") ? "register" : "shared";
}
