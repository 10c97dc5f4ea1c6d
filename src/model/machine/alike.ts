/** What is interchangeable in a scenario: a permutation of it changes nothing but names. */
import type { AlikeActors } from "../../ir/find-symmetries.ts";
import { at } from "../../ir/lookup.ts";
import type { Role, Scalarset } from "../../ir/types.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { awaitedActors } from "./awaited-actors.ts";

export interface Alike {
  /** Physical pages outside the page cache. Undefined if there is only one, or if folios hold them in pairs. */
  readonly pages: Scalarset | undefined;
  /**
   * Threads of one process that run the same program after the same actors, and have the same state of their own: what an
   * actor did in `initially` can give it some, such as pins. Engines are excluded: the kernel calls
   * interval notifiers one after the other, in an order of its own. Actors that others wait for are excluded too: an
   * actor that waits for one of them need not wait for the others.
   */
  readonly threads: readonly AlikeActors[];
}

/** A permutation is stored in four bits per element. */
const most = 15;

/** `withState`: for each kind of state of their own, the actors that have it. */
export function alikeIn(
  { system, actors }: Scenario,
  withState: readonly (readonly { readonly actor: number }[])[],
): Alike {
  const stateOf = (actor: number) =>
    withState.map((some) => some.flatMap(({ actor: own, ...info }) => (own === actor ? [info] : [])));
  const folios = system.processes.some(({ vmas }) => vmas.some(({ folio, pmdMapped }) => folio === 2 || pmdMapped));
  const pages = system.pages > 1 && system.pages <= most && !folios;
  const groups = new Map<string, number[]>();
  const awaited = awaitedActors({ actors });
  for (const [actor, { kind, name, process, after = [], run }] of actors.entries()) {
    if (kind !== "thread" || actors.length > most || awaited.includes(name)) continue;
    const key = JSON.stringify([process, run, [...after].sort(), stateOf(actor)]);
    groups.set(key, [...(groups.get(key) ?? []), actor]);
  }
  return {
    pages: pages
      ? { name: "pages", elements: Array.from({ length: system.pages }, (_, page) => `P${page}`) }
      : undefined,
    threads: [...groups.values()]
      .filter((members) => members.length > 1)
      .map((members) => ({
        set: { name: "threads", elements: members.map((actor) => at(actors, actor).name) },
        actors: members,
      })),
  };
}

/** The pages, as values or positions that count up from `first`. */
export function pageRoles({ pages }: Alike, first: number): readonly Role[] | undefined {
  return pages && [{ set: pages, values: pages.elements.map((_, page) => first + page) }];
}

/**
 * The threads, as values or positions, given those of the actors. A group is left out if one of its actors has none.
 */
export function threadRoles({ threads }: Alike, positionOf: (actor: number) => number): readonly Role[] {
  return threads
    .map(({ set, actors }) => ({ set, values: actors.map(positionOf) }))
    .filter(({ values }) => values.every((value) => value >= 0));
}
