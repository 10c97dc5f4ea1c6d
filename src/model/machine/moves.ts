/** Which VMAs a scenario moves, and where to (mremap). */
import type { Scenario } from "../scenario/scenario.ts";
import type { Machine, Vma } from "./machine.ts";
import { vmaCalled } from "./place-vmas.ts";

interface Move {
  readonly from: Vma;
  readonly to: Vma;
}

/** Every mremap, in the order in which the scenario names them. */
export function movesOf({ initially, actors }: Scenario, mms: Machine["mms"], vmas: readonly Vma[]): readonly Move[] {
  const calls = actors.flatMap(({ process, run }) =>
    run.flatMap((item) => (item.kind === "operation" ? [item.call] : item.calls)).map((call) => ({ process, call })),
  );
  const before = initially.map(({ actor, call }) => ({
    process: actors.find(({ name }) => name === actor)?.process,
    call,
  }));
  return [...before, ...calls].flatMap(({ process, call: { target } }) => {
    if (target.kind !== "move") return [];
    const [from, to] = [target.from, target.to].map((called) => vmaCalled({ mms, vmas }, process, called));
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

export function areLinked(one: Vma, other: Vma, moves: readonly Move[]): boolean {
  const group = new Set([one]);
  for (let size = 0; size < group.size; ) {
    size = group.size;
    for (const { from, to } of moves) if (group.has(from) || group.has(to)) group.add(from).add(to);
  }
  return group.has(other);
}

/** If addresses are moved to before anything is moved from them, nothing is mapped there at the start. */
export function startsMapped(vma: Vma, moves: readonly Move[]): boolean {
  return moves.find(({ from, to }) => from === vma || to === vma)?.to !== vma;
}
