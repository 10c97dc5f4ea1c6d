/** What a scenario names, also while it is incomplete. */
import { entriesOf, itemsOf, textsOf, valueAt } from "./read.ts";

export interface Vma {
  readonly name: string;
  readonly pages: number;
  readonly isFile: boolean;
}

export interface Names {
  readonly actors: readonly string[];
  readonly devices: readonly string[];
  /** Those of the system, then those that forks make. */
  readonly processes: readonly string[];
  readonly forked: readonly string[];
  /** Properties that the scenario defines. */
  readonly properties: readonly string[];
  /** Names that it uses and does not define. */
  readonly undefined: { readonly actors: readonly string[]; readonly devices: readonly string[] };
  readonly processOf: (actor: string) => string | undefined;
  readonly isEngine: (actor: string) => boolean;
  /** The memory of a process. A child has that of its parent. */
  readonly vmasOf: (process: string | undefined) => readonly Vma[];
}

export function namesIn(scenario: unknown): Names {
  const actors = entriesOf(valueAt(scenario, ["actors"]));
  const system = entriesOf(valueAt(scenario, ["system", "processes"]));
  const devices = Object.keys(entriesOf(valueAt(scenario, ["system", "devices"])));
  const of = (actor: unknown, key: string) => {
    const value = valueAt(actor, [key]);
    return typeof value === "string" ? value : undefined;
  };
  const parents = new Map<string, string | undefined>();
  const initially = itemsOf(valueAt(scenario, ["initially"]));
  const begun = initially.map((item) => [actors[of(item, "actor") ?? ""], [item]] as const);
  const run = Object.values(actors).map((actor) => [actor, itemsOf(valueAt(actor, ["run"]))] as const);
  for (const [actor, items] of [...begun, ...run])
    for (const child of forksIn(items)) if (!parents.has(child)) parents.set(child, of(actor, "process"));
  const called = Object.values(actors).flatMap((actor) => of(actor, "process") ?? []);
  const forked = [...new Set([...parents.keys(), ...called])].filter((name) => !Object.hasOwn(system, name));
  const first = initially.flatMap((item) => of(item, "actor") ?? []);
  const awaited = Object.values(actors).flatMap((actor) => {
    const after = valueAt(actor, ["after"]);
    return typeof after === "string" ? [after] : textsOf(after);
  });
  const missing = (names: readonly string[], known: readonly string[]) =>
    [...new Set(names)].filter((name) => !known.includes(name));
  const ancestorOf = (process: string | undefined): string | undefined => {
    let own = process;
    for (const _ of parents) if (own !== undefined && !Object.hasOwn(system, own)) own = parents.get(own);
    return own;
  };
  return {
    actors: Object.keys(actors),
    devices,
    processes: [...Object.keys(system), ...forked],
    forked,
    properties: itemsOf(valueAt(scenario, ["properties"])).flatMap((item) => of(item, "name") ?? []),
    undefined: {
      actors: missing([...first, ...awaited], Object.keys(actors)),
      devices: missing(
        Object.values(actors).flatMap((actor) => of(actor, "device") ?? []),
        devices,
      ),
    },
    processOf: (actor) => of(actors[actor], "process"),
    isEngine: (actor) => of(actors[actor], "device") !== undefined,
    vmasOf: (process) => {
      const root = ancestorOf(process);
      const known = root !== undefined && Object.hasOwn(system, root) ? [system[root]] : Object.values(system);
      return known.flatMap((one) => Object.entries(entriesOf(valueAt(one, ["vmas"]))).map(vmaOf));
    },
  };
}

/** No VMA is longer. */
const mostPages = 16;

function vmaOf([name, vma]: [string, unknown]): Vma {
  const pages = Number(valueAt(vma, ["pages"]));
  const isFile = valueAt(vma, ["backing"]) === "private-file";
  return { name, pages: pages >= 1 ? Math.min(pages, mostPages) : 1, isFile };
}

function forksIn(items: readonly unknown[]): readonly string[] {
  return items
    .flatMap((item) => [item, ...itemsOf(valueAt(item, ["any"]))])
    .map((item) => valueAt(item, ["fork"]))
    .filter((child) => typeof child === "string");
}
