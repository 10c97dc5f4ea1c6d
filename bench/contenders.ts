/** Who is measured on a model that ours and SPIN have both, and how each is run. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import type { Program } from "../src/ir/program.ts";
import type { Property } from "../src/ir/property.ts";
import { type MeasuredRun, measuredRun } from "./measured-run.ts";
import { modelFile, searchOnce } from "./search-process.ts";

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

/** The same model twice. */
export interface Subject {
  readonly name: string;
  readonly program: Program;
  readonly properties: readonly Property[];
  readonly promela: {
    /** In bench/peers. */
    readonly file: string;
    /** What SPIN is told to translate it. */
    readonly flags: readonly string[];
    /** How large its hash table is, so that it fits the state space. */
    readonly tableLog2: number;
  };
}

export function ours({ name, program, properties }: Subject, directory: string): Contenders {
  const model = modelFile(`${directory}/model-${name}`, program, properties);
  const contender = (label: string, ...args: readonly string[]): Contender => ({
    name: `exclusive-check, ${label}`,
    run: () => searchOnce(model, ...args),
  });
  return {
    whole: [contender("1 worker", "--workers", "1"), contender("2 workers", "--workers", "2")],
    reduced: program.symmetries.length === 0 ? [] : [contender("1 worker, symmetry", "--workers", "1", "--symmetry")],
  };
}

/** Undefined where SPIN or a C compiler is missing. */
export function spin({ name, promela }: Subject, directory: string): Contenders | undefined {
  for (const [command, flag] of [
    ["spin", "-V"],
    ["gcc", "--version"],
  ] as const)
    if (spawnSync(command, [flag]).status !== 0) return undefined;
  const table = `-w${promela.tableLog2}`;
  const whole = "-DNOREDUCE";
  const deep = ["-m10000000", table];
  const contender = (label: string, flags: readonly string[], args: readonly string[], folder: string): Contender =>
    spinContender(`SPIN, ${label}`, promela, flags, args, `${directory}/${name}-spin-${folder}`);
  return {
    whole: [
      contender("breadth first", [whole, "-DBFS"], [table], "bfs"),
      contender("depth first", [whole], deep, "dfs"),
    ],
    // As it comes: depth first, with partial-order reduction.
    reduced: [contender("default", [], deep, "default")],
  };
}

function spinContender(
  name: string,
  { file, flags: translation }: Subject["promela"],
  flags: readonly string[],
  args: readonly string[],
  directory: string,
): Contender {
  mkdirSync(directory, { recursive: true });
  copyFileSync(new URL(`peers/${file}`, import.meta.url), `${directory}/${file}`);
  execFileSync("spin", [...translation, "-a", file], { cwd: directory });
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
