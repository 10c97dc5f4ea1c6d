/** The value of a spec file that fits the schema. Its names are not resolved yet. */

import type { FeatureName } from "../model/features/catalogue.ts";
import type { DriverName } from "../model/scenario/drivers.ts";
import type { OperationName } from "../model/scenario/operation-catalogue.ts";
import type { Backing, MemorySupply, UserfaultfdMode, VmaFlag } from "../model/scenario/scenario.ts";
import type { KernelKey } from "../model/versions/ranges.ts";

export interface RawSpec {
  readonly name: string;
  readonly description?: string;
  /** By version or by range of versions. */
  readonly kernels: Readonly<Partial<Record<KernelKey, RawExpectation>>>;
  readonly with?: readonly FeatureName[];
  readonly without?: readonly FeatureName[];
  readonly edits?: readonly string[];
  readonly system: RawSystem;
  readonly initially?: readonly (RawOperation & { readonly actor: string })[];
  readonly actors: Readonly<Record<string, RawActor>>;
  readonly properties?: "all" | readonly (string | RawProperty)[];
  readonly sometimes?: readonly RawSometimes[];
  readonly search?: { readonly depth?: number; readonly maxStates?: number };
}

export type RawExpectation = "holds" | "unknown" | null | RawKernelEntry;

export interface RawKernelEntry {
  readonly holds?: true;
  readonly violates?: readonly string[];
  readonly states?: number;
  readonly depth?: number;
  readonly with?: readonly FeatureName[];
  readonly without?: readonly FeatureName[];
  readonly edits?: readonly string[];
}

export interface RawSystem {
  readonly pages: number;
  readonly swap?: number;
  readonly synchronousSwap?: boolean;
  readonly memory?: MemorySupply;
  readonly processes: Readonly<Record<string, { readonly vmas: Readonly<Record<string, RawVma>> }>>;
  readonly devices?: Readonly<Record<string, { readonly driver: DriverName; readonly memory?: number }>>;
}

export interface RawVma {
  readonly pages: number;
  readonly flags?: readonly VmaFlag[];
  readonly backing?: Backing;
  readonly folio?: 1 | 2;
  readonly pmdMapped?: boolean;
  readonly userfaultfd?: UserfaultfdMode;
}

/** Exactly one operation with its target, and its attributes. */
export type RawOperation = Readonly<Partial<Record<OperationName, string> & RawAttributes>>;

export interface RawAttributes {
  readonly for: "writing" | "reading";
  readonly fast: boolean;
}

export type RawProgramItem = RawOperation | { readonly any: readonly RawOperation[]; readonly times?: number };

export interface RawActor {
  readonly process: string;
  readonly device?: string;
  /** One name, or several. */
  readonly after?: string | readonly string[];
  readonly run: readonly RawProgramItem[];
}

export interface RawProperty {
  readonly name: string;
  readonly sentence?: string;
  readonly expr: string;
  readonly on?: string;
  readonly premise?: string;
}

export interface RawSometimes {
  readonly name: string;
  readonly expr: string;
}
