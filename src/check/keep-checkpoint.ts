/** `--checkpoint`, `--checkpoint-every` and `--resume`. */
import { existsSync } from "node:fs";
import type { SearchFailure, SearchOptions } from "../checker/contract/search-types.ts";
import { checkpointKind, tryCheckpointFile } from "../checker/disk/checkpoint-file.ts";
import type { CheckOptions } from "../cli/options/check-options.ts";
import { type Outputs, unlessImpossible } from "../cli/output/outputs.ts";
import { usageError } from "../diagnostics/usage-error.ts";
import { reasonOf } from "../files/system-errors.ts";
import { chooseProperties } from "./choose-properties.ts";
import type { Check, CheckSurroundings } from "./run-check.ts";

const defaultEveryMs = 60_000;

/** Before the search, because after it the checkpoint would be missed. */
export function prepareCheckpoint(
  checks: readonly Check[],
  { checkpoint, checkpointEvery, resume }: CheckOptions,
  outputs: Outputs,
): void {
  if (checkpointEvery !== undefined && checkpoint === undefined)
    throw usageError("--checkpoint-every says how often to write a file that --checkpoint must name");
  const option = checkpoint === undefined ? "--resume" : "--checkpoint";
  if ((checkpoint ?? resume) !== undefined && checks.length !== 1)
    throw usageError(
      `${option} is for one search, and this would be ${checks.length}`,
      "name one scenario, and one kernel with --kernel",
    );
  if (checkpoint === undefined) return;
  const asked = { name: `--checkpoint ${checkpoint}`, file: checkpoint, kind: checkpointKind };
  outputs.claim(asked);
  unlessImpossible(asked, () => tryCheckpointFile(checkpoint));
}

export function checkpointOptions(
  { spec, kernel, features }: Check,
  { version, options, onWarning }: Pick<CheckSurroundings, "version" | "options" | "onWarning">,
): Pick<SearchOptions, "checkpoint" | "resumeFrom" | "description"> {
  const { checkpoint: file, resume } = options;
  const changes = [...features.with.map((name) => `+${name}`), ...features.without.map((name) => `-${name}`)];
  const onFailure = (error: Error): void => {
    const before = existsSync(file ?? "") ? "; the one written before it remains" : "";
    onWarning(`the checkpoint ${file} could not be written${before}: ${reasonOf(error)}`);
  };
  return {
    description: {
      "version of exclusive-check": version,
      scenario: spec.name,
      kernel,
      "list of changed features": changes.sort().join(" "),
      "list of properties": chooseProperties(spec.properties, options.property)
        .map(({ name }) => name)
        .join(" "),
      store: options.store ?? "exact",
      "use of symmetry": options.symmetry === false ? "off" : "on",
    },
    ...(file === undefined
      ? {}
      : { checkpoint: { file, everyMs: options.checkpointEvery ?? defaultEveryMs, onFailure } }),
    ...(resume === undefined ? {} : { resumeFrom: resume }),
  };
}

/** A search that lost a thread has lost what it knew, but not what it wrote. */
export function describeFailure({ message, cause }: SearchFailure, { checkpoint }: CheckOptions): string {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  const remains =
    checkpoint === undefined || !existsSync(checkpoint)
      ? ""
      : `\nThe last checkpoint remains: --resume ${checkpoint} goes on from it.`;
  return `${message}${reason}${remains}`;
}
