/** Runs make in a kernel's tree. */
import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { grouped, seconds } from "../../src/text/quantities.ts";
import { LabError } from "../lab-error.ts";
import { compilesFile, firstError, remainingSeconds } from "./make-progress.ts";

/** Fixed, so that the same sources give the same image everywhere. */
const reproducible = {
  KBUILD_BUILD_USER: "exclusive-check",
  KBUILD_BUILD_HOST: "kernel-lab",
  KBUILD_BUILD_TIMESTAMP: "2026-01-01",
  KBUILD_BUILD_VERSION: "1",
  LC_ALL: "C",
};

export interface Make {
  readonly tree: string;
  readonly targets: readonly string[];
  /** Takes the output. An older file is replaced. */
  readonly log: string;
  readonly jobs: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Calls `progress` for every file that is compiled. Throws a LabError with the first error if make fails. */
export async function runMake(make: Make, progress: (compiled: number) => void = () => {}): Promise<void> {
  const { tree, targets, log, jobs, env } = make;
  const output = createWriteStream(log);
  // At a low priority: a build takes minutes, and uses the whole machine.
  const child = spawn("nice", ["make", `-j${jobs}`, ...targets], {
    cwd: tree,
    env: { ...process.env, ...reproducible, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let compiled = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    output.write(`${line}\n`);
    if (!compilesFile(line)) return;
    compiled += 1;
    progress(compiled);
  });
  child.stderr.pipe(output, { end: false });
  // A terminal's Ctrl-C reaches make by itself. Other signals end make first: it must not run beside a later build.
  const stop = () => child.kill("SIGTERM");
  process.once("SIGTERM", stop);
  const code = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  process.off("SIGTERM", stop);
  await new Promise<void>((done) => output.end(done));
  if (code !== 0)
    throw new LabError(
      `make ${targets.join(" ")} failed in ${tree}:\n${firstError(readFileSync(log, "utf8"))}\nThe whole output is in ${log}. The same command goes on from here`,
    );
}

/** Object files in a tree: how many of the files have been compiled in an earlier run. */
export async function objectFiles(tree: string): Promise<number> {
  return (await readdir(tree, { recursive: true })).filter((name) => name.endsWith(".o")).length;
}

/** "634 of about 1,311 files compiled, 2 min 3 s, about 2 min 10 s to go" */
export function progressLine(compiled: number, expected: number, elapsed: number): string {
  const remaining = remainingSeconds(compiled, expected, elapsed);
  const files = compiled < expected ? `${grouped(compiled)} of about ${grouped(expected)}` : grouped(compiled);
  const rest = remaining === undefined ? "" : `, about ${seconds(Math.max(10, remaining))} to go`;
  return `${files} files compiled, ${seconds(elapsed)}${rest}`;
}
