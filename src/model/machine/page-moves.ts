/** The addresses between which UFFDIO_MOVE moves pages. A moved page belongs to its new address alone. */
import { at } from "../../ir/lookup.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Machine, Vma } from "./machine.ts";
import { vmaCalled } from "./place-vmas.ts";

interface PageMove {
  readonly from: number;
  readonly to: number;
}

function pageMovesOf({ initially, actors }: Scenario, mms: Machine["mms"], vmas: readonly Vma[]): readonly PageMove[] {
  const calls = actors.flatMap(({ name, process, run }) => [
    ...initially.filter(({ actor }) => actor === name).map(({ call }) => ({ process, call })),
    ...run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls)).map((call) => ({ process, call })),
  ]);
  return calls.flatMap(({ process, call: { target } }) => {
    if (target.kind !== "page-move") return [];
    const [from, to] = [target.from, target.to].map(({ vma, page }) => {
      const own = vmaCalled({ mms, vmas }, process, vma);
      return own === undefined ? undefined : own.first + page;
    });
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

/** For each address: itself first, then those at which its page can be after moves. */
export function movedBetween(
  scenario: Scenario,
  { mms, vmas, addresses }: Pick<Machine, "mms" | "vmas" | "addresses">,
): (va: number) => readonly number[] {
  const moves = pageMovesOf(scenario, mms, vmas);
  const reached = addresses.map((_, va) => {
    const found = [va];
    for (const here of found)
      for (const { from, to } of moves)
        for (const next of here === from ? [to] : here === to ? [from] : [])
          if (!found.includes(next)) found.push(next);
    return found;
  });
  return (va) => at(reached, va);
}
