/** Runs SPIN over an exported program and reads its answer. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { PromelaExport } from "../../src/export/promela/export-promela.ts";

export interface SpinAnswer {
  readonly states: number;
  /** Without the initial state, which SPIN counts as reached by one. */
  readonly transitions: number;
  /** Moves of the first violation reported of each property; breadth first, that is a shortest one. */
  readonly violations: ReadonlyMap<string, number>;
  readonly deadlock: boolean;
  readonly seconds: number;
}

export interface SpinOptions {
  readonly breadthFirst?: boolean;
  /** Of the C compiler. */
  readonly optimise?: "-O0" | "-O1" | "-O2";
  /** A folder for what SPIN and the compiler write. */
  readonly folder: string;
}

/** Why SPIN cannot run here; undefined where it can. */
export function spinMissing(): string | undefined {
  for (const [command, flag] of [
    ["spin", "-V"],
    ["gcc", "--version"],
  ] as const)
    if (spawnSync(command, [flag]).status !== 0)
      return `${command} is not installed (on Debian: apt-get install spin gcc)`;
  return undefined;
}

/** Explores everything, violations notwithstanding. */
export function askSpin({ text, flags }: PromelaExport, { breadthFirst, optimise, folder }: SpinOptions): SpinAnswer {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.pml`, text);
  run("spin", [...(breadthFirst === true ? ["-DBREADTH_FIRST"] : []), "-a", "model.pml"], folder);
  const search = breadthFirst === true ? ["-DBFS"] : [];
  const always = ["-w", "-DSAFETY", "-DNOREDUCE", "-DVECTORSZ=8192", "-DMEMLIM=8000"];
  run("gcc", [optimise ?? "-O2", ...always, ...search, "-o", "pan", "pan.c"], folder);
  const start = performance.now();
  const output = run("./pan", ["-c0", "-m1000000", "-w22"], folder);
  const seconds = (performance.now() - start) / 1000;
  const count = (what: RegExp): number => Number(what.exec(output)?.[1] ?? Number.NaN);
  const violations = new Map<string, number>();
  for (const [, flag, depth] of output.matchAll(/assertion violated \(*(\w+)\)* \(at depth (\d+)\)/g)) {
    const name = flag === "ok_range" ? flag : [...flags].find(([, of]) => of === flag)?.[0];
    if (name === undefined) throw new Error(`SPIN reports an assertion that nobody made: ${flag}`);
    if (!violations.has(name)) violations.set(name, Number(depth) + 1);
  }
  const known = /assertion violated|invalid end state/;
  const strange = output
    .split("\n")
    .find(
      (line) => line.startsWith("pan:") && !known.test(line) && !line.includes("elapsed") && !line.includes("rate"),
    );
  if (strange !== undefined) throw new Error(`SPIN says: ${strange}`);
  return {
    states: count(/(\d+) states, stored/),
    transitions: count(/(\d+) transitions/) - 1,
    violations,
    deadlock: /^pan:\d+: invalid end state/m.test(output),
    seconds,
  };
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "pipe"] });
}
