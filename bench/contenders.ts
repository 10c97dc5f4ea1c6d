/** Who is measured, and how each is run on the peers' protocol with a number of threads. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { peersModel, peersProperties } from "../test/fixtures/peers-model.ts";
import { type MeasuredRun, measuredRun } from "./measured-run.ts";

export interface Outcome extends MeasuredRun {
  readonly states: number;
  /** Without the initial state. */
  readonly transitions: number;
}

export interface Contender {
  readonly name: string;
  readonly run: () => Promise<Outcome>;
}

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Ours runs as users run it, from compiled JavaScript: the TypeScript loader would count as our memory and time. The
 * model, which is part of the tests, is handed over as data.
 */
export function ours(threads: number, workers: readonly number[], directory: string): readonly Contender[] {
  const compiled = `${directory}/dist`;
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--outDir", compiled], {
    cwd: root,
    stdio: "inherit",
  });
  const model = `${directory}/model-${threads}`;
  writeFileSync(model, serialize({ program: peersModel(threads), properties: peersProperties }));
  const search = `${compiled}/checker/search.js`;
  return workers.map((count) => ({
    name: `exclusive-check, ${count} worker${count === 1 ? "" : "s"}`,
    async run() {
      const script = fileURLToPath(new URL("search-once.mjs", import.meta.url));
      const run = await measuredRun(process.execPath, [script, search, model, String(count)], root);
      return { ...run, ...(JSON.parse(run.output) as { states: number; transitions: number }) };
    },
  }));
}

/** Undefined where SPIN or a C compiler is missing. */
export function spin(threads: number, directory: string): readonly Contender[] | undefined {
  for (const [command, flag] of [
    ["spin", "-V"],
    ["gcc", "--version"],
  ] as const)
    if (spawnSync(command, [flag]).status !== 0) return undefined;
  const hashTable = threads > 3 ? "-w24" : "-w20";
  return [
    spinContender("SPIN, breadth first", threads, ["-DBFS"], [hashTable], `${directory}/spin-bfs`),
    spinContender("SPIN, depth first", threads, [], ["-m10000000", hashTable], `${directory}/spin-dfs`),
  ];
}

/** No partial-order reduction, for all are to visit the same states. The hash table fits the state space. */
function spinContender(
  name: string,
  threads: number,
  flags: readonly string[],
  args: readonly string[],
  directory: string,
): Contender {
  mkdirSync(directory, { recursive: true });
  copyFileSync(new URL("peers/exclusive.pml", import.meta.url), `${directory}/exclusive.pml`);
  execFileSync("spin", [`-DN=${threads}`, "-a", "exclusive.pml"], { cwd: directory });
  const always = ["-O3", "-march=native", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=16000"];
  execFileSync("gcc", [...always, ...flags, "-o", "pan", "pan.c", "-lm"], { cwd: directory });
  return {
    name,
    async run() {
      const run = await measuredRun("./pan", args, directory);
      const count = (what: RegExp): number => Number(what.exec(run.output)?.[1] ?? Number.NaN);
      return { ...run, states: count(/(\d+) states, stored/), transitions: count(/(\d+) transitions/) - 1 };
    },
  };
}
