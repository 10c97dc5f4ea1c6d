/** The runs of `--shard`, and what a report says about them. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { at } from "../../ir/lookup.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { costOf, positionsIn } from "../../shards/partition.ts";
import { type ShardChoice, type ShardRecord, shardName } from "../../shards/shard.ts";
import type { Spec } from "../../spec/spec.ts";
import { count } from "../../text/quantities.ts";
import { readLibraryFacts } from "../../why/read-library-facts.ts";

/** A scenario under one kernel. */
export interface RunToShare {
  readonly spec: Spec;
  readonly row: KernelVersion;
  /** As reports name it. */
  readonly kernel: string;
  /** The limit of states. */
  readonly maxStates: number | undefined;
}

export interface Call {
  readonly specs: readonly Spec[];
  readonly tool: string;
  /** The options that the results depend on. */
  readonly options: readonly string[];
}

export interface Chosen<Run> {
  readonly runs: readonly Run[];
  /** Undefined if the runs are all. */
  readonly record: ShardRecord | undefined;
}

export function chooseShard<Run>(
  all: readonly Run[],
  describe: (run: Run) => RunToShare,
  choice: ShardChoice | undefined,
  { specs, tool, options }: Call,
): Chosen<Run> {
  if (choice === undefined) return { runs: all, record: undefined };
  const described = all.map(describe);
  const sizes = recordedSizes();
  const costs = described.map(({ spec, row, maxStates = spec.search.maxStates }) => {
    const states = spec.kernels.find(({ kernel }) => kernel === row)?.counts.states;
    return costOf(states ?? sizes.get(sizeKey(basename(spec.file, ".json"), row)), maxStates);
  });
  const positions = positionsIn(costs, choice);
  return {
    runs: positions.map((position) => at(all, position)),
    record: {
      ...choice,
      tool,
      options,
      scenarios: specs.map(({ file, text }) => ({ file, sha256: createHash("sha256").update(text).digest("hex") })),
      total: all.length,
      runs: positions.map((position) => {
        const { spec, kernel } = at(described, position);
        return { position, spec: spec.name, file: spec.file, kernel };
      }),
    },
  };
}

/** Of the scenarios of the package, as it brings them: the same on every machine. */
function recordedSizes(): ReadonlyMap<string, number> {
  return new Map(readLibraryFacts().runs.map(({ scenario, kernel, states }) => [sizeKey(scenario, kernel), states]));
}

function sizeKey(scenario: string, kernel: string): string {
  return `${scenario} on ${kernel}`;
}

export function shardNote(record: ShardRecord): string {
  return `${shardName(record)} has ${record.runs.length} of ${count(record.total, "run")}`;
}
