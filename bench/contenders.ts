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

export interface Contenders {
  /** Those that visit every state. */
  readonly whole: readonly Contender[];
  /** Those that leave out what cannot change the verdict, each in its own way. */
  readonly reduced: readonly Contender[];
}

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Ours runs as users run it, from compiled JavaScript: the TypeScript loader would count as our memory and time. The
 * model, which is part of the tests, is handed over as data.
 */
export function ours(threads: number, workers: readonly number[], directory: string): Contenders {
  const compiled = `${directory}/dist`;
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--outDir", compiled], {
    cwd: root,
    stdio: "inherit",
  });
  const model = `${directory}/model-${threads}`;
  writeFileSync(model, serialize({ program: peersModel(threads), properties: peersProperties }));
  const search = `${compiled}/checker/search.js`;
  const contender = (name: string, count: number, ...flags: readonly string[]): Contender => ({
    name,
    async run() {
      const script = fileURLToPath(new URL("search-once.mjs", import.meta.url));
      const run = await measuredRun(process.execPath, [script, search, model, String(count), ...flags], root);
      return { ...run, ...(JSON.parse(run.output) as { states: number; transitions: number }) };
    },
  });
  return {
    whole: workers.map((count) => contender(`exclusive-check, ${count} worker${count === 1 ? "" : "s"}`, count)),
    reduced: [contender("exclusive-check, 1 worker, symmetry", 1, "--symmetry")],
  };
}

/** Undefined where SPIN or a C compiler is missing. */
export function spin(threads: number, directory: string): Contenders | undefined {
  for (const [command, flag] of [
    ["spin", "-V"],
    ["gcc", "--version"],
  ] as const)
    if (spawnSync(command, [flag]).status !== 0) return undefined;
  const hashTable = threads > 3 ? "-w24" : "-w20";
  const whole = "-DNOREDUCE";
  const deep = ["-m10000000", hashTable];
  return {
    whole: [
      spinContender("SPIN, breadth first", threads, [whole, "-DBFS"], [hashTable], `${directory}/spin-bfs`),
      spinContender("SPIN, depth first", threads, [whole], deep, `${directory}/spin-dfs`),
    ],
    // As it comes: depth first, with partial-order reduction.
    reduced: [spinContender("SPIN, default", threads, [], deep, `${directory}/spin-default`)],
  };
}

/** The hash table fits the state space. */
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
  const always = ["-O3", "-march=native", "-w", "-DSAFETY", "-DMEMLIM=16000"];
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
