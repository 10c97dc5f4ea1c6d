/** Builds a reproducer for a kernel, and runs it there. */
import { join } from "node:path";
import { startGuest } from "../guest/boot.ts";
import { GuestError } from "../guest/guest-error.ts";
import { make } from "../guest/make.ts";
import { hasStarted, type Round } from "./outcome.ts";
import type { RaceKernel } from "./race-kernel.ts";

/** Throws a LabError with the compiler's words. */
export function buildReproducer(folder: string, kernel: RaceKernel): void {
  make(["-C", folder, "reproducer"], "the program");
  make(["-C", kernel.tree, `M=${folder}`, "modules"], `the module for ${kernel.name}`);
}

/** On a busy host a guest may fail to boot. */
const mostStarts = 3;

/** One machine for each round, because a kernel that has complained cannot be trusted. */
export async function runRound(folder: string, kernel: RaceKernel): Promise<Round> {
  for (let starts = 1; ; starts++) {
    const round = await runGuest(folder, kernel);
    const failed = round.lines.some((line) => line.startsWith("failed "));
    if (hasStarted(round) || failed || starts === mostStarts) return round;
  }
}

async function runGuest(folder: string, kernel: RaceKernel): Promise<Round> {
  const guest = startGuest({
    kernel: kernel.image,
    init: join(folder, "reproducer"),
    files: { "hold.ko": join(folder, "hold.ko"), "test_hmm.ko": kernel.testHmm },
    // The check of the timer counts its ticks, and a busy host delays them.
    commandLine: "no_timer_check",
  });
  const lines: string[] = [];
  try {
    for await (const line of guest.lines) {
      lines.push(line);
      if (line === "end") break;
    }
    return { lines, log: guest.log() };
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    return { lines, log: error.console };
  } finally {
    await guest.stop();
  }
}
