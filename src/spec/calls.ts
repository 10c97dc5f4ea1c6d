/** The operations of a spec file, each with its place in the file. */
import { findOperation, type OperationEntry } from "../model/scenario/operation-catalogue.ts";
import type { RawAttributes, RawOperation, RawProgramItem, RawSpec } from "./raw-spec.ts";
import type { Path } from "./source-file.ts";

export interface PlacedCall {
  readonly actor: string;
  readonly operation: OperationEntry;
  readonly target: string;
  readonly attributes: Partial<RawAttributes>;
  /** The path to the target. */
  readonly path: Path;
  /** Whether the actor may run it more than once. */
  readonly repeats: boolean;
}

export type PlacedItem =
  | { readonly kind: "operation"; readonly call: PlacedCall }
  | { readonly kind: "any"; readonly calls: readonly PlacedCall[]; readonly times: number };

export function initialCalls({ initially = [] }: RawSpec): readonly PlacedCall[] {
  return initially.map(({ actor, ...operation }, index) => place(operation, actor, ["initially", index], false));
}

export function programOf(raw: RawSpec, actor: string): readonly PlacedItem[] {
  const run = raw.actors[actor]?.run ?? [];
  return run.map((item, index): PlacedItem => {
    const path = ["actors", actor, "run", index];
    if (!isChoice(item)) return { kind: "operation", call: place(item, actor, path, false) };
    const times = item.times ?? 1;
    const calls = item.any.map((operation, choice) => place(operation, actor, [...path, "any", choice], times > 1));
    return { kind: "any", calls, times };
  });
}

/** The calls of an actor's program, those of its choices included. */
export function callsOf(raw: RawSpec, actor: string): readonly PlacedCall[] {
  return programOf(raw, actor).flatMap((item) => (item.kind === "any" ? item.calls : [item.call]));
}

/** Every call: first those of `initially`, then those of the programs. */
export function allCalls(raw: RawSpec): readonly PlacedCall[] {
  return [...initialCalls(raw), ...Object.keys(raw.actors).flatMap((actor) => callsOf(raw, actor))];
}

function isChoice(item: RawProgramItem): item is Extract<RawProgramItem, { readonly any: readonly RawOperation[] }> {
  return "any" in item;
}

function place(raw: RawOperation, actor: string, path: Path, repeats: boolean): PlacedCall {
  const entries = Object.entries(raw);
  const [name = "", target] = entries.find(([key]) => findOperation(key) !== undefined) ?? [];
  const operation = findOperation(name);
  if (operation === undefined || typeof target !== "string")
    throw new Error("the schema let an object without an operation pass");
  const attributes = Object.fromEntries(entries.filter(([key]) => key !== name));
  return { actor, operation, target, attributes, path: [...path, operation.name], repeats };
}
