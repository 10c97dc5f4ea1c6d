/** Builds a reproducer for a kernel, and runs it there. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { startGuest } from "../guest/boot.ts";
import { compileStatic } from "../guest/compile.ts";
import { GuestError } from "../guest/guest-error.ts";
import type { Round } from "./outcome.ts";
import type { RaceKernel } from "./race-kernel.ts";

/** Throws an Error with the compiler's words. */
export function buildReproducer(folder: string, kernel: RaceKernel): void {
  compileStatic([join(folder, "repro.c")], join(folder, "repro"));
  const { status, stderr, stdout } = spawnSync("make", ["-C", kernel.tree, `M=${folder}`, "modules"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the module cannot be built for ${kernel.name}:\n${stdout}${stderr}`);
}

/** One machine for each round, because a kernel that has complained cannot be trusted. */
export async function runRound(folder: string, kernel: RaceKernel): Promise<Round> {
  const guest = startGuest({
    kernel: kernel.image,
    init: join(folder, "repro"),
    files: { "hold.ko": join(folder, "hold.ko"), "test_hmm.ko": kernel.testHmm },
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
