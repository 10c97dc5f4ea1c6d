/** `--watch`: checks again each time a scenario changes, until a signal comes. */
import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { reasonOf } from "../../files/system-errors.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, whileListening } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { type CheckContext, checkCommand, checkUntil } from "./check-command.ts";
import { specPath } from "./find-specs.ts";

/** Editors write in several steps: they empty a file, fill it, or replace it by another one. */
const settleMs = 100;

export async function watchCommand(
  words: readonly string[],
  options: CheckOptions,
  context: CheckContext,
  host: Host,
): Promise<ExitCode> {
  const paths = words.map(specPath);
  // A wrong path is a usage error. No change of a file can correct it.
  if (!paths.every((path) => existsSync(path))) return checkCommand(paths, options, context, host);
  // One listener for all checks and for the time between them. Between two listeners, a signal would be lost.
  return whileListening(async (interruption) => {
    for (;;) {
      // Before the check, so that a change meanwhile is not missed.
      const change = nextChange(paths);
      try {
        await checkOnce(interruption);
        const signal = await interruption.hear();
        if (signal !== undefined) return exitCodes[signal];
        host.stderr.write(`waiting for a change of ${paths.join(", ")}; press Ctrl-C to end\n`);
        await Promise.race([change.came, aborted(interruption.signal)]);
      } finally {
        change.stop();
      }
      await setTimeout(settleMs);
    }
  });

  /** A half-written scenario must not end the watch. */
  async function checkOnce(until: Interruption): Promise<void> {
    try {
      await checkUntil(until, paths, options, context, host);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      host.stderr.write(`${error.message}\n`);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

interface Change {
  /** Resolves at the first change; rejects if the system no longer reports changes. */
  readonly came: Promise<void>;
  readonly stop: () => void;
}

/** Watches folders, because an editor may replace the file. Throws a UserError if the system cannot watch. */
function nextChange(paths: readonly string[]): Change {
  const watchers: FSWatcher[] = [];
  const stop = (): void => {
    for (const watcher of watchers) watcher.close();
  };
  const came = new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      stop();
      reject(usageError(`${paths.join(", ")} cannot be watched: ${reasonOf(error)}`));
    };
    for (const path of paths) {
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
      const matters = (name: string | null): boolean =>
        name === null || (isFolder ? name.endsWith(".json") : name === basename(path));
      const onEvent = (_: string, name: string | null): void => {
        if (matters(name)) resolve();
      };
      try {
        watchers.push(watch(isFolder ? path : dirname(path), onEvent).on("error", fail));
      } catch (error) {
        fail(error);
        return;
      }
    }
  });
  // Perhaps it is only looked at after a check.
  came.catch(() => {});
  return { came, stop };
}
