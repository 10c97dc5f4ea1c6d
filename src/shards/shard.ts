/** A part of all runs, for one of several machines. A run is a scenario under one kernel. */

/** `number` of `of` shards, counted from 1. */
export interface ShardChoice {
  readonly number: number;
  readonly of: number;
}

/** A run, as all shards number them. */
export interface ShardRun {
  /** Among the runs of all shards, counted from 0. */
  readonly position: number;
  readonly spec: string;
  readonly file: string;
  readonly kernel: string;
}

/** What a report says of its shard, so that reports can be merged. */
export interface ShardRecord extends ShardChoice {
  /** The version of exclusive-check. */
  readonly tool: string;
  /** The options that the results depend on, in a fixed order. */
  readonly options: readonly string[];
  /** The files of all shards in their order, each with the SHA-256 digest of its text. */
  readonly scenarios: readonly ScenarioDigest[];
  /** The number of runs of all shards. */
  readonly total: number;
  /** The runs of this shard in their order. */
  readonly runs: readonly ShardRun[];
}

export interface ScenarioDigest {
  readonly file: string;
  readonly sha256: string;
}

/** `shard 3/16` */
export function shardName({ number, of }: ShardChoice): string {
  return `shard ${number}/${of}`;
}
