import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface MeasuredRun {
  readonly output: string;
  readonly exitCode: number;
  /** From start to exit. */
  readonly seconds: number;
  /** The most memory that the process ever held. */
  readonly peakBytes: number;
}

/** Runs a program to its end and measures its memory. Linux only: the peak comes from /proc. */
export async function measuredRun(command: string, args: readonly string[], cwd: string): Promise<MeasuredRun> {
  const start = performance.now();
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  // The kernel keeps the peak itself. Frequent reading only makes sure that the last value is recent.
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, 10);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve(code ?? 1));
  });
  clearInterval(watch);
  return { output, exitCode, seconds: (performance.now() - start) / 1000, peakBytes };
}

function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
