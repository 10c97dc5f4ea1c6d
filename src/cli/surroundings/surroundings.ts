import type { ModelBuilder } from "../../model/model-builder.ts";
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
