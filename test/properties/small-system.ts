/** A small state for the tests of the property language: as the compiler sees it, and as plain data for the CEL library. */
import { type EvaluationContext, evaluate } from "../../src/ir/evaluate.ts";
import { constant, type Expr, load, type Operand } from "../../src/ir/expression.ts";
import { type SlotIndex, slotIndex } from "../../src/ir/indices.ts";
import type { EventType, Program } from "../../src/ir/program.ts";
import type { Schema, SchemaValue } from "../../src/ir/schema.ts";
import { bool, enumeration, fieldValue, int, type ValueType, word } from "../../src/ir/types.ts";
import { type Variable, variable } from "../../src/ir/variable.ts";

export const pteKind = enumeration("PteKind", ["none", "present", "device_exclusive"], ["swap"]);
export const mode = enumeration("Mode", ["idle", "busy"]);
export const flags = word("Flags", { soft_dirty: bool, uffd_wp: bool, level: int(0, 3) });

export interface SmallState {
  readonly pages: readonly { readonly refcount: number; readonly locked: number; readonly flags: number }[];
  readonly ptes: readonly { readonly kind: number; readonly pfn: number; readonly write: number }[];
  readonly total: number;
  readonly mode: number;
}

export interface SmallSystem {
  readonly schema: Schema;
  readonly evaluator: (now: SmallState, old?: SmallState, context?: EvaluationContext) => (expr: Expr) => number;
}

export const writeEvent: EventType = {
  name: "write",
  note: "a page is written",
  parameters: [
    { name: "page", type: int(0, 1, ["P0", "P1"]) },
    { name: "before", type: flags },
    { name: "kind", type: pteKind },
  ],
};

export function smallSystem(pages: number, ptes: number): SmallSystem {
  const labels = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const array = (name: string, type: ValueType, of: string, count: number) =>
    variable(name, type, { dimensions: [{ name: of, labels: labels(of, count) }] });

  const refcount = array("refcount", int(0, 7), "P", pages);
  const locked = array("locked", bool, "P", pages);
  const pageFlags = array("flags", flags, "P", pages);
  const kind = array("kind", pteKind, "E", ptes);
  const pfn = array("pfn", int(0, Math.max(0, pages - 1), labels("P", Math.max(1, pages))), "E", ptes);
  const write = array("write", bool, "E", ptes);
  const total = variable("total", int(-4, 4));
  const modeNow = variable("mode", mode);
  const variables = [refcount, locked, pageFlags, kind, pfn, write, total, modeNow];

  const list = (
    name: string,
    elements: readonly string[],
    at: (index: Operand) => Record<string, Expr>,
  ): SchemaValue => ({
    kind: "list",
    length: elements.length,
    labels: elements,
    at: (index) => ({ kind: "record", name, fields: scalars(at(index)) }),
  });
  const schema: Schema = (old) => ({
    pages: list("Page", labels("P", pages), (index) => ({
      index: typeof index === "object" ? index : constant(Number(index)),
      refcount: load(refcount, index, old),
      locked: load(locked, index, old),
      flags: load(pageFlags, index, old),
    })),
    ptes: list("Pte", labels("E", ptes), (index) => ({
      kind: load(kind, index, old),
      pfn: load(pfn, index, old),
      write: load(write, index, old),
    })),
    ...scalars({ total: load(total, 0, old), mode: load(modeNow, 0, old) }),
  });

  const slotOf = new Map<Variable, SlotIndex>();
  let size = 0;
  for (const one of variables) {
    slotOf.set(one, slotIndex(size));
    size += one.size;
  }
  const program: Program = {
    actors: [],
    locations: [],
    variables,
    events: [],
    slots: [],
    slotOf,
    live: [],
    symmetries: [],
  };
  const pack = (state: SmallState) =>
    Int32Array.from([
      ...state.pages.map((page) => page.refcount),
      ...state.pages.map((page) => page.locked),
      ...state.pages.map((page) => page.flags),
      ...state.ptes.map((pte) => pte.kind),
      ...state.ptes.map((pte) => pte.pfn),
      ...state.ptes.map((pte) => pte.write),
      state.total,
      state.mode,
    ]);
  return {
    schema,
    evaluator: (now, old = now, context = {}) => {
      const [state, before] = [pack(now), pack(old)];
      return (expr) => evaluate(program, expr, state, { ...context, old: before });
    },
  };
}

function scalars(fields: Record<string, Expr>): Record<string, SchemaValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, expr]) => [name, { kind: "scalar", expr }]));
}

/** The state as CEL's interpreter takes it: whole numbers are bigints, enumerations strings, words records. */
export function plainData(state: SmallState) {
  return {
    pages: state.pages.map((page, index) => ({
      index: BigInt(index),
      refcount: BigInt(page.refcount),
      locked: page.locked === 1,
      flags: plainFlags(page.flags),
    })),
    ptes: state.ptes.map((pte) => ({
      kind: pteKind.literals[pte.kind] ?? "",
      pfn: BigInt(pte.pfn),
      write: pte.write === 1,
    })),
    total: BigInt(state.total),
    mode: mode.literals[state.mode] ?? "",
  };
}

export function plainFlags(value: number) {
  const [softDirty, uffdWp, level] = flags.fields.map((field) => fieldValue(value, field));
  return { soft_dirty: softDirty === 1, uffd_wp: uffdWp === 1, level: BigInt(level ?? 0) };
}
