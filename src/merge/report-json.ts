/** Reports as they stand in their files; schema/report.schema.json and schema/review.schema.json describe them. */
import type { Bound, LevelReached, PartCounts } from "../checker/contract/search-types.ts";
import type { Symmetry } from "../ir/program.ts";
import type { StoreName } from "../memory/memory-plan.ts";
import type {
  CheckResult,
  Continuation,
  Drift,
  Expectation,
  Outcome,
  PassedAssertion,
  SymmetryLeftOut,
  UnreachedStep,
  Vacuous,
  Verdict,
} from "../reporters/report.ts";
import type { Difference } from "../review/difference.ts";
import type { RefusedRun, ReviewSummary } from "../review/review-text.ts";
import type { ShardRecord } from "../shards/shard.ts";

export interface CheckReportJson {
  readonly version: string;
  readonly results: readonly ResultJson[];
  readonly shard?: ShardRecord;
}

export interface ResultJson extends Pick<CheckResult, "spec" | "kernel" | "features" | "reproduce"> {
  readonly verdict: Verdict;
  readonly expected: Expectation | null;
  readonly outcome: Outcome;
  readonly complete: boolean;
  readonly drifts?: readonly Drift[];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  readonly statesPerSecond: number;
  readonly workers: number;
  readonly bitsPerState: number;
  readonly bytesPerState: number;
  readonly store: StoreName;
  readonly missProbability: number;
  readonly filled?: number;
  readonly parts?: PartCounts;
  readonly bytesOnDisk: number;
  readonly symmetries: readonly Pick<Symmetry, "name" | "elements">[];
  readonly symmetriesLeftOut: readonly SymmetryLeftOut[];
  readonly bound?: Bound;
  readonly advice?: readonly string[];
  readonly resumedAt?: LevelReached;
  readonly continuation?: Continuation;
  readonly violations: readonly ViolationJson[];
  readonly alternatives?: readonly ViolationJson[];
  readonly witnesses?: readonly WitnessJson[];
  readonly rangeError?: { readonly message: string; readonly length: number; readonly trace: string | null };
  readonly unreached: readonly UnreachedStep[];
  readonly vacuous: readonly Vacuous[];
  readonly reachedBeyond: readonly string[];
  readonly passedAssertions: readonly PassedAssertion[];
  readonly notes?: readonly string[];
}

export interface ViolationJson {
  readonly property: string;
  readonly length: number;
  readonly repeats?: number;
  /** The file. */
  readonly trace: string | null;
}

export interface WitnessJson {
  readonly sometimes: string;
  readonly length: number | null;
  readonly trace: string | null;
  readonly bound?: Bound;
}

export interface ReviewJson extends Pick<ReviewSummary, "untouched" | "same" | "incomplete" | "skipped"> {
  readonly refused: number;
  readonly refusals?: readonly RefusedRun[];
  readonly differing: readonly DifferingJson[];
  readonly shard?: ShardRecord;
}

export interface DifferingJson extends Omit<Difference, "bad"> {
  readonly spec: string;
  readonly kernel: string;
  readonly bad: readonly { readonly property: string; readonly steps: number; readonly trace: string | null }[];
}
