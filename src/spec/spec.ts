import type { Edit } from "../edits/edit.ts";
import type { FeatureName } from "../model/features/catalogue.ts";
import type { Scenario } from "../model/scenario/scenario.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import type { Locate, Path, SourceFile } from "./source-file.ts";

export type Expectation =
  | { readonly verdict: "holds" }
  | { readonly verdict: "violates"; readonly properties: readonly string[] };

/** The expected size of the state space, as a search with default options and without limits counts it. */
export interface ExpectedCounts {
  readonly states?: number;
  readonly depth?: number;
}

/** How a kernel differs from its row: features switched on and off, as `featuresOf` takes them, and edited procedures. */
export interface FeatureChanges {
  readonly with: readonly FeatureName[];
  readonly without: readonly FeatureName[];
  readonly edits?: readonly PlacedEdit[];
}

/** An edit, and where the spec file has it; undefined for one that the command line brings. */
export interface PlacedEdit {
  readonly edit: Edit;
  readonly path: Path | undefined;
}

/** One run of the scenario. Its feature changes combine those of the file and of the kernel; the kernel's win. */
export interface KernelRun extends FeatureChanges {
  readonly kernel: KernelVersion;
  readonly expected: Expectation | undefined;
  readonly counts: ExpectedCounts;
}

export interface Sometimes {
  readonly name: string;
  readonly expr: string;
}

export interface SearchBounds {
  readonly depth?: number;
  readonly maxStates?: number;
}

/** A spec file, checked and resolved. `with`, `without` and `edits` are for a kernel that `kernels` does not name. */
export interface Spec extends FeatureChanges {
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly kernels: readonly KernelRun[];
  readonly scenario: Scenario;
  readonly properties: readonly PropertyDefinition[];
  readonly sometimes: readonly Sometimes[];
  readonly search: SearchBounds;
  readonly locate: Locate;
  /** The places of the properties that the file defines. */
  readonly propertyPaths: ReadonlyMap<string, Path>;
  readonly source: SourceFile;
}
