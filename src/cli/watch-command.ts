/** `--watch`: checks again whenever a scenario changes, until a signal comes. */
import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../diagnostics/diagnostic.ts";
import { checkCommand } from "./check-command.ts";
import type { CheckOptions } from "./check-options.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import type { Host } from "./host.ts";
import { listenForSignals, type Signal } from "./interruption.ts";

/** Editors write in several steps: a file is emptied, filled, replaced by another. */
const settleMs = 100;

export async function watchCommand(
  paths: readonly string[],
  options: CheckOptions,
  context: Parameters<typeof checkCommand>[2],
  host: Host,
): Promise<ExitCode> {
  // What is no path is a mistake of the command, which no change of a file mends.
  if (!paths.every((path) => existsSync(path))) return checkCommand(paths, options, context, host);
  for (;;) {
    // Before the check, so that a change meanwhile is not missed.
    const change = nextChange(paths);
    try {
      const code = await checkOnce();
      if (code === exitCodes.SIGINT || code === exitCodes.SIGTERM) return code;
      host.stderr.write(`waiting for a change of ${paths.join(", ")}; Ctrl-C ends\n`);
      const signal = await change.orSignal();
      if (signal !== undefined) return exitCodes[signal];
    } finally {
      change.stop();
    }
    await setTimeout(settleMs);
  }

  /** A scenario that is half written is no reason to end. */
  async function checkOnce(): Promise<ExitCode> {
    try {
      return await checkCommand(paths, options, context, host);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      host.stderr.write(`${error.message}\n`);
      return exitCodes.usage;
    }
  }
}

interface Change {
  /** Ends with the first change (undefined) or signal. */
  readonly orSignal: () => Promise<Signal | undefined>;
  readonly stop: () => void;
}

/** Folders are watched, because an editor may replace the file. */
function nextChange(paths: readonly string[]): Change {
  const watchers: FSWatcher[] = [];
  const changed = new Promise<void>((resolve) => {
    for (const path of paths) {
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
      const matters = (name: string | null): boolean =>
        name === null || (isFolder ? name.endsWith(".json") : name === basename(path));
      const onEvent = (_: string, name: string | null): void => {
        if (matters(name)) resolve();
      };
      watchers.push(watch(isFolder ? path : dirname(path), onEvent));
    }
  });
  return {
    async orSignal() {
      const interruption = listenForSignals();
      try {
        const signalled = new Promise<void>((resolve) => {
          interruption.signal.addEventListener("abort", () => resolve());
        });
        await Promise.race([changed, signalled]);
        return interruption.received();
      } finally {
        interruption.stopListening();
      }
    },
    stop() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
