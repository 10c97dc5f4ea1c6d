import type { Model } from "../model/model.ts";
import type { Scenario } from "../model/scenario.ts";
import type { FeatureSet } from "../model/versions.ts";
import type { Terminal } from "../terminal/full-screen.ts";

/** A stream that may be a terminal. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly getColorDepth?: () => number;
}

export interface ModelBuilder {
  readonly buildModel: (scenario: Scenario, features: FeatureSet) => Model;
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
