/** `--watch`: checks again whenever a scenario changes, until a signal comes. */
import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { reasonOf } from "../../files/system-errors.ts";
import type { CheckOptions } from "../options/check-options.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";
import { type Interruption, listenForSignals } from "../surroundings/interruption.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { type CheckContext, checkCommand, checkUntil } from "./check-command.ts";

/** Editors write in several steps: a file is emptied, filled, replaced by another. */
const settleMs = 100;

export async function watchCommand(
  paths: readonly string[],
  options: CheckOptions,
  context: CheckContext,
  host: Host,
): Promise<ExitCode> {
  // What is no path is a mistake of the command, which no change of a file mends.
  if (!paths.every((path) => existsSync(path))) return checkCommand(paths, options, context, host);
  // One for all checks and for the time between: where one stops to listen and another begins, a signal would be lost.
  const interruption = listenForSignals();
  try {
    for (;;) {
      // Before the check, so that a change meanwhile is not missed.
      const change = nextChange(paths);
      try {
        await checkOnce(interruption);
        const signal = await interruption.hear();
        if (signal !== undefined) return exitCodes[signal];
        host.stderr.write(`waiting for a change of ${paths.join(", ")}; Ctrl-C ends\n`);
        await Promise.race([change.came, aborted(interruption.signal)]);
      } finally {
        change.stop();
      }
      await setTimeout(settleMs);
    }
  } finally {
    interruption.stopListening();
  }

  /** A scenario that is half written is no reason to end. */
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
  /** Ends with the first change; rejects where the system tells of none any more. */
  readonly came: Promise<void>;
  readonly stop: () => void;
}

/** Folders are watched, because an editor may replace the file. Throws a UserError where the system cannot. */
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
