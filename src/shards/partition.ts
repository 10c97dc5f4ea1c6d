/**
 * Divides runs among shards. Each machine computes the division for itself, so it depends on nothing but its arguments:
 * not on the machine, the time or the order of a hash table.
 */
import type { ShardChoice } from "./shard.ts";

/** The states that a run counts for if its size is not known. What was too large to record is large. */
const unknownStates = 100_000;

/** To load a scenario and to build its program takes as long as to search so many states. */
const statesOfStart = 20_000;

/** How long a run takes, as a number of states. `most`: the limit of states, if there is one. */
export function costOf(states: number | undefined, most = Number.POSITIVE_INFINITY): number {
  return statesOfStart + Math.min(states ?? unknownStates, most);
}

/**
 * The positions of the runs of one shard, ascending. The largest run goes first, each to the shard that has least so far
 * (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", 1969: no shard gets more than 4/3 of the best possible
 * maximum).
 *
 * @param costs of all runs, each at least 0.
 */
export function positionsIn(costs: readonly number[], { number, of }: ShardChoice): readonly number[] {
  const loads = new Float64Array(of);
  const chosen: number[] = [];
  const largestFirst = costs
    .map((cost, position) => ({ cost, position }))
    .sort((one, other) => other.cost - one.cost || one.position - other.position);
  for (const { cost, position } of largestFirst) {
    const shard = loads.indexOf(Math.min(...loads));
    loads[shard] = (loads[shard] ?? 0) + cost;
    if (shard === number - 1) chosen.push(position);
  }
  return chosen.sort((one, other) => one - other);
}
