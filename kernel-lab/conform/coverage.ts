/** What the drawn programs did: how often each operation ran, on which kind of entry, and how it ended. */

import { required } from "../../src/ir/lookup.ts";
import type { LabProgram } from "../lab-program.ts";
import type { Observation } from "../observation.ts";
import { endingText } from "./compare.ts";

export interface OperationCoverage {
  readonly times: number;
  /** By kind of the entry before the operation, for operations on one page. */
  readonly entries: Readonly<Record<string, number>>;
  /** By ending. */
  readonly endings: Readonly<Record<string, number>>;
}

export interface Coverage {
  readonly add: (program: LabProgram, observations: readonly Observation[]) => void;
  readonly byOperation: () => ReadonlyMap<string, OperationCoverage>;
}

export function countCoverage(): Coverage {
  const counted = new Map<
    string,
    { times: number; entries: Record<string, number>; endings: Record<string, number> }
  >();

  function add({ setup, steps }: LabProgram, observations: readonly Observation[]): void {
    for (const [position, { ending }] of observations.entries()) {
      const step = steps[position];
      if (step === undefined) continue;
      const { operation, target } = step.call;
      const of = counted.get(operation) ?? { times: 0, entries: {}, endings: {} };
      counted.set(operation, of);
      of.times++;
      count(of.endings, endingText(ending));
      if (target.kind !== "pages" || target.count > 1) continue;
      const { process } = required(
        setup.scenario.actors.find(({ name }) => name === step.actor),
        `the actor ${step.actor}`,
      );
      const entries = observations[position - 1]?.processes[process]?.entries;
      count(of.entries, entries?.[`${target.vma}[${target.first}]`]?.kind ?? "none");
    }
  }

  return { add, byOperation: () => counted };
}

function count(counters: Record<string, number>, name: string): void {
  counters[name] = (counters[name] ?? 0) + 1;
}
