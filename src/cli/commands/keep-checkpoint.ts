/** `--checkpoint`, `--checkpoint-every` and `--resume`. */
import { existsSync } from "node:fs";
import type { CheckRequest } from "../../check/check-request.ts";
import type { SearchFailure } from "../../checker/contract/search-types.ts";
import { checkpointKind, tryCheckpointFile } from "../../checker/disk/checkpoint-file.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import { reasonOf } from "../../files/system-errors.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { type Outputs, unlessImpossible } from "../output/outputs.ts";

type CheckpointOptions = Pick<CheckOptions, "checkpoint" | "checkpointEvery" | "resume">;

const defaultEveryMs = 60_000;

/** Before the search, because after it the checkpoint would be missed. */
export function prepareCheckpoint(
  checks: number,
  { checkpoint, checkpointEvery, resume }: CheckpointOptions,
  outputs: Outputs,
  { checkpointFiles }: { readonly checkpointFiles: (checkpoint: string) => readonly string[] },
): void {
  if (checkpointEvery !== undefined && checkpoint === undefined)
    throw usageError("--checkpoint-every says how often to write a file that --checkpoint must name");
  const option = checkpoint === undefined ? "--resume" : "--checkpoint";
  if ((checkpoint ?? resume) !== undefined && checks !== 1)
    throw usageError(
      `${option} is for one search, and this would be ${checks}`,
      "name one scenario, and one kernel with --kernel",
    );
  if (checkpoint === undefined) return;
  const asked = { name: `--checkpoint ${checkpoint}`, file: checkpoint, kind: checkpointKind };
  outputs.claim(asked);
  unlessImpossible(asked, () => {
    for (const file of checkpointFiles(checkpoint)) tryCheckpointFile(file);
  });
}

/** `onWarning` hears of something that the search goes on without. */
export function checkpointRequest(
  { checkpoint: file, checkpointEvery, resume }: CheckpointOptions,
  onWarning: (message: string) => void,
): CheckRequest["checkpoint"] {
  const resumed = resume === undefined ? {} : { resumeFrom: resume };
  if (file === undefined) return resumed;
  const onFailure = (error: Error): void => {
    const before = existsSync(file) ? "; the one written before it remains" : "";
    onWarning(`the checkpoint ${file} could not be written${before}: ${reasonOf(error)}`);
  };
  return { checkpoint: { file, everyMs: checkpointEvery ?? defaultEveryMs, onFailure }, ...resumed };
}

/** A search that lost a thread has lost what it knew, but not what it wrote. */
export function describeFailure({ message, cause }: SearchFailure, { checkpoint }: CheckpointOptions): string {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  const remains =
    checkpoint === undefined || !existsSync(checkpoint)
      ? ""
      : `\nThe last checkpoint remains: --resume ${checkpoint} goes on from it.`;
  return `${message}${reason}${remains}`;
}
