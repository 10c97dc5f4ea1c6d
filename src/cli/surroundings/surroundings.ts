import type { StepNode } from "../../ir/recorder.ts";
import type { FeatureSet } from "../../model/features/catalogue.ts";
import type { Model } from "../../model/model.ts";
import type { Scenario } from "../../model/scenario/scenario.ts";
import type { Terminal } from "../../terminal/full-screen.ts";

/** A stream that may be a terminal. */
export interface Output {
  readonly write: (text: string) => unknown;
  /** For what GitHub's runner is to act on; `write` sees to it that it acts on nothing else. */
  readonly command?: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly getColorDepth?: () => number;
}

export interface ModelBuilder {
  /** A promise where it lets the event loop turn meanwhile; that rejects with the signal's reason. */
  readonly buildModel: (scenario: Scenario, features: FeatureSet, signal?: AbortSignal) => Model | Promise<Model>;
  /** The steps of a scenario's operations, or of one only, by name. */
  readonly outlineOperations: (
    scenario: Scenario,
    features: FeatureSet,
    only?: string,
  ) => ReadonlyMap<string, readonly StepNode[]>;
}

/** The world around the command line. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a person sits at both ends; undefined otherwise. */
  readonly terminal?: () => Terminal | undefined;
  /** The model is most of the program, so it is loaded only for a command that builds one. */
  readonly loadModel: () => Promise<ModelBuilder>;
}

/** Everything that commands need of the world around them. */
export interface Host extends Pick<Surroundings, "stdout" | "stderr" | "env" | "terminal">, ModelBuilder {}
