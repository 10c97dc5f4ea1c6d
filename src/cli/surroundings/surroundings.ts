import type { ModelBuilder } from "../../model/model-builder.ts";
import type { Terminal } from "../../terminal/full-screen.ts";

/** A stream that may be a terminal. */
export interface Output {
  readonly write: (text: string) => unknown;
  /** For commands to GitHub's runner; `write` escapes everything that looks like one. */
  readonly command?: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly getColorDepth?: () => number;
}

/** Everything outside the command line. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Defined only if standard input and output are both terminals. */
  readonly terminal?: () => Terminal | undefined;
  /** The model is most of the program, so it is loaded only for commands that build a model. */
  readonly loadModel: () => Promise<ModelBuilder>;
}

/** Everything that commands need from outside the program. */
export interface Host extends Pick<Surroundings, "stdout" | "stderr" | "env" | "terminal">, ModelBuilder {}
