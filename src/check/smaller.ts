/** Advice for a search that was stopped before its end: what makes it large, and what to try. */
import type { SearchResult } from "../checker/contract/search-types.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { ActorSpec, Scenario, SystemSpec } from "../model/scenario/scenario.ts";
import { count } from "../text/quantities.ts";
import { typedCommand } from "../text/typed-command.ts";

type Found = Pick<SearchResult, "bound" | "store" | "transitionsOf">;

/** Sentences without a full stop, the most useful first. Empty if the search ended, or if a user limited its depth. */
export function adviceFor({ system, actors }: Scenario, program: Program, found: Found): readonly string[] {
  const { bound, store } = found;
  if (bound === undefined || bound === "depth") return [];
  return [
    ...adviceOnActors(actors, stepsReached(program, found)),
    ...adviceOnSystem(system),
    ...(bound === "memory" && store === "exact"
      ? ["--store tree keeps a state in 5 to 10 bytes of memory and misses none, if its parts repeat"]
      : []),
    ...(bound === "memory" && (store === "exact" || store === "tree")
      ? ["--store fingerprint keeps only 64 bits of each state in memory"]
      : []),
    `--depth N explores all paths of at most N steps; \`${typedCommand("simulate")}\` takes random walks`,
  ];
}

/** How many steps of an operation a search took at least once. */
interface Reached {
  readonly actor: string;
  readonly operation: string;
  readonly steps: number;
}

function stepsReached({ locations, actors }: Program, { transitionsOf }: Found): readonly Reached[] {
  const reached = new Map<string, Reached>();
  for (const { id, actor, operation } of locations) {
    if (at(transitionsOf, id) === 0) continue;
    const { name } = at(actors, actor);
    const key = JSON.stringify([name, operation]);
    reached.set(key, { actor: name, operation, steps: (reached.get(key)?.steps ?? 0) + 1 });
  }
  return [...reached.values()].sort((a, b) => b.steps - a.steps);
}

/** The number of states grows with the product of the actors' steps. */
function adviceOnActors(actors: readonly ActorSpec[], reached: readonly Reached[]): readonly string[] {
  const counted = actors
    .map(({ name, run }) => {
      const own = reached.filter(({ actor }) => actor === name);
      return { name, run, own, steps: own.reduce((sum, { steps }) => sum + steps, 0) };
    })
    .sort((a, b) => b.steps - a.steps);
  const [first, ...others] = counted;
  const largest = first?.own.find(({ operation }) => operation !== "");
  if (first === undefined || largest === undefined) return [];
  const sizes = counted.map(({ name, steps }) => `${name} ${steps}`).join(", ");
  const reachedBy = `steps of each actor that the search has reached: ${sizes}`;
  if (first.run.length > 1)
    return [
      `leave out an operation of ${first.name} in the scenario, such as \`${largest.operation}\` (${largest.steps}); ${reachedBy}`,
    ];
  return others.length === 0 ? [] : [`leave an actor out of the scenario; ${reachedBy}`];
}

function adviceOnSystem({ pages, devices, processes, memory }: SystemSpec): readonly string[] {
  // A child has the VMAs of its parent, which the file does not repeat.
  const own = processes.filter(({ forkedFrom }) => forkedFrom === undefined);
  const mapped = own.flatMap(({ vmas }) => vmas).reduce((sum, vma) => sum + vma.pages, 0);
  const large = [
    ...(pages > 1 ? [count(pages, "physical page")] : []),
    ...(mapped > 1 ? [count(mapped, "page of VMAs", "pages of VMAs")] : []),
    ...(devices.length > 1 ? [count(devices.length, "device")] : []),
    ...(memory === "may-fail" ? ["allocations that may fail at any time"] : []),
  ];
  return large.length === 0 ? [] : [`try without some of the ${large.join(", ")}`];
}
