/** The names that the built-in properties use, for a state that a test writes by hand. */
import { evaluate } from "../../src/ir/evaluate.ts";
import { constant, type Expr, load, type Operand } from "../../src/ir/expression.ts";
import { type SlotIndex, slotIndex } from "../../src/ir/indices.ts";
import type { EventType, Program } from "../../src/ir/program.ts";
import type { Schema } from "../../src/ir/schema.ts";
import { bool, type EnumType, enumeration, int, isLegal, type ValueType, word } from "../../src/ir/types.ts";
import { type Variable, variable } from "../../src/ir/variable.ts";
import type { DefinitionContext } from "../../src/properties/definition.ts";

const small = int(-1, 15);
const actor = enumeration("Actor", ["forker", "writer", "engine"]);
const device = enumeration("Device", ["gpu"]);
const process = enumeration("Process", ["parent", "child"]);
const pteKind = enumeration("PteKind", [
  "none",
  "present",
  "device_exclusive",
  "migration",
  "swap",
  "hwpoison",
  "device_private",
]);

export const lists = {
  pages: {
    refcount: small,
    mapcount: small,
    locked: bool,
    dirty: bool,
    anon: bool,
    page_cache: bool,
    maybe_shared: bool,
    isolated: bool,
    copied: bool,
    device_memory: bool,
    lazyfree: bool,
    swap_cache: bool,
    newer_than_swap: bool,
    merged: bool,
    mlocked: bool,
    hwpoison: bool,
    retired: bool,
    pins: small,
    gets: small,
    held: small,
  },
  ptes: {
    process,
    address: enumeration("Address", ["buf[0]"]),
    kind: pteKind,
    pfn: small,
    zero_page: bool,
    mapped: bool,
    device_writable: bool,
    tracked: bool,
    written: bool,
    being_written: bool,
    armed: bool,
    userfaultfd: bool,
    vma_mapped: bool,
    vma_write: bool,
    vma_locked: bool,
    pmd_mapped: bool,
    pmd_empty: bool,
    vma_readers: small,
    vma_write_locked: bool,
    given_up: bool,
    slot: small,
    write: bool,
    dirty: bool,
    young: bool,
    soft_dirty: bool,
    uffd_wp: bool,
    running: bool,
    mm: small,
    va: small,
  },
  mms: {
    process,
    rss_anon: small,
    rss_file: small,
    rss_swap: small,
    running: bool,
    ptl_held: bool,
    mmap_readers: small,
    mmap_write_locked: bool,
    invalidations: small,
  },
  vmas: { anon_vma_readers: small, i_mmap_readers: small },
  swap_slots: { count: small, cached: bool, page: small },
  pins: { actor, mm: small, va: small, valid: bool, reading: bool, pfn: small },
  gets: { actor, mm: small, va: small, valid: bool, pfn: small },
  cpu_tlbs: { thread: actor, valid: bool, mm: small, va: small, pfn: small, zero_page: bool, write: bool, dirty: bool },
  device_ptes: { device, mm: small, va: small, valid: bool, pfn: small, own_memory: bool, atomic: bool, write: bool },
  device_tlbs: { device, mm: small, va: small, valid: bool, pfn: small, own_memory: bool, atomic: bool, write: bool },
  devices: { device, atomic_in_flight: bool, atomic_page: small, mutex_held: bool, subscribed: bool },
  actors: { actor, finished: bool, failed: bool, page_locks: small, references: small, other_locks: small },
} satisfies Record<string, Record<string, ValueType>>;

type ListName = keyof typeof lists;
export type Fields = Readonly<Record<string, number | boolean | string>>;

/** Only the fields that matter to a test. All others are 0, false, or the first literal of an enumeration. */
export type ProtocolState = { readonly [name in ListName]?: readonly Fields[] };

const entry = word("PteWord", { kind: pteKind, soft_dirty: bool, uffd_wp: bool });
const page = { name: "page", type: int(0, 3) };
const place = [
  { name: "mm", type: int(0, 3) },
  { name: "va", type: int(0, 3) },
];
const change = [
  { name: "before", type: entry },
  { name: "after", type: entry },
];
const flag = (name: string) => ({ name, type: bool });
const event = (name: string, ...parameters: EventType["parameters"]): EventType => ({ name, note: "", parameters });

export const protocolEvents: readonly EventType[] = [
  event("cpu_load", page, ...place),
  event("cpu_store", page, ...place),
  event("device_access", { name: "device", type: int(0, 0) }, page, ...place, ...["write", "atomic"].map(flag)),
  event("dma_store", page, ...place, flag("attached")),
  event("dma_load", page, ...place, flag("attached")),
  event("page_use", page, { name: "stale", type: bool }),
  event("page_replaced", page, flag("outdated")),
  event("pte_discarded", page, ...place),
  event("page_swapped_in", page, { name: "current", type: bool }),
  event("page_reclaimed", page, { name: "swapped", type: bool }),
  event("pte_made_exclusive", ...change),
  event("pte_restored", ...change),
  event("page_freed", page),
];

export interface Protocol {
  readonly context: DefinitionContext;
  /** Evaluates in the state, which is also the state before the step, with an event's arguments. */
  readonly evaluator: (args?: readonly number[]) => (expr: Expr) => number;
}

export function protocol(state: ProtocolState): Protocol {
  const variables = new Map<string, Variable>();
  for (const [list, fields] of Object.entries(lists)) {
    const elements: readonly Fields[] = state[list as ListName] ?? [];
    const dimension = { name: list, labels: elements.map((_, index) => `${list}${index}`) };
    for (const [name, type] of Object.entries(fields)) {
      const initial = elements.map((element) => number(element[name] ?? 0, type));
      variables.set(`${list}.${name}`, variable(`${list}.${name}`, type, { dimensions: [dimension], initial }));
    }
  }
  const read = (list: string, name: string, index: Operand, old: boolean): Expr => {
    const of = variables.get(`${list}.${name}`);
    if (of === undefined) throw new Error(`no variable ${list}.${name}`);
    return load(of, index, old);
  };
  const schema: Schema = (old) =>
    Object.fromEntries(
      Object.entries(lists).map(([list, fields]) => {
        const labels = variables.get(`${list}.${Object.keys(fields)[0]}`)?.dimensions[0]?.labels ?? [];
        const at = (index: Operand) => {
          const position = typeof index === "object" ? index : constant(Number(index));
          const values = Object.keys(fields).map((name) => [name, read(list, name, index, old)] as const);
          // Every folio is one page.
          const folio = list === "ptes" ? read(list, "pfn", index, old) : position;
          const all = [["index", position] as const, ["folio", folio] as const, ...values];
          const scalars = all.map(([name, expr]) => [name, { kind: "scalar", expr }] as const);
          return { kind: "record", name: list, fields: Object.fromEntries(scalars) } as const;
        };
        return [list, { kind: "list", length: labels.length, labels, at } as const];
      }),
    );

  const slotOf = new Map<Variable, SlotIndex>();
  const slots: number[] = [];
  for (const one of variables.values()) {
    slotOf.set(one, slotIndex(slots.length));
    slots.push(...one.initial);
  }
  const values = Int32Array.from(slots);
  const program: Program = {
    actors: [],
    locations: [],
    variables: [...variables.values()],
    events: protocolEvents,
    slots: [],
    slotOf,
    live: [],
    symmetries: [],
  };
  const names = { actors: actor.literals, procedures: ["do_wp_page"], labels: ["pte_lock"] };
  return {
    context: { schema, events: protocolEvents, ...names },
    evaluator:
      (args = []) =>
      (expr) =>
        evaluate(program, expr, values, { old: values, args }),
  };
}

/** An entry's word, as an event's argument. */
export function entryWord(fields: { readonly soft_dirty?: boolean; readonly uffd_wp?: boolean }): number {
  const shift = (name: string) => entry.fields.find((field) => field.name === name)?.shift ?? 0;
  return (fields.soft_dirty ? 1 << shift("soft_dirty") : 0) | (fields.uffd_wp ? 1 << shift("uffd_wp") : 0);
}

function number(value: number | boolean | string, type: ValueType): number {
  const result = typeof value === "string" ? (type as EnumType).literals.indexOf(value) : Number(value);
  if (!isLegal(type, result)) throw new RangeError(`${value} is not a value of the field`);
  return result;
}
