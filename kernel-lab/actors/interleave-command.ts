import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { naturalNumber, positiveInteger } from "../../src/cli/options/option-values.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { count, grouped } from "../../src/text/quantities.ts";
import { builtKernel, defaultFolder } from "../build/folders.ts";
import { changesOf, type TreeName, treeNames, trees } from "../build/trees.ts";
import { type KernelRow, scenarioText } from "../conform/write-scenario.ts";
import type { LabSetup } from "../lab-program.ts";
import { stepsOf } from "./actors-program.ts";
import { actorsSetups } from "./actors-setups.ts";
import { bothEnds, reportText } from "./ends-report.ts";
import { explainEnd } from "./explained-ends.ts";
import { type Found, interleave, type Tally } from "./interleave.ts";
import { openTogether } from "./together-session.ts";

interface Options {
  readonly kernel: TreeName;
  readonly variant?: string;
  readonly dir: string;
  readonly actors: string;
  readonly programs: number;
  readonly repetitions: number;
  readonly states: number;
  readonly seed: number;
  readonly setup?: LabSetup;
  readonly out: string;
}

/** Adds the command that lets actors run together on a kernel. */
export function addInterleaveCommand(program: Command): void {
  program
    .command("interleave")
    .description(
      "lets two or three actors run freely on a real kernel, many times over, and looks each end up in the model",
    )
    .addOption(new Option("--kernel <name>", "the kernel").choices([...treeNames]).default("6.12"))
    .option("--variant <name>", "a variant of the kernel, with one mistake of ours")
    .option("--dir <folder>", "where the kernels were built", defaultFolder)
    .addOption(new Option("--actors <number>", "how many run together").choices(["2", "3"]).default("2"))
    .option("--programs <number>", "programs for each setup", positiveInteger, 30)
    .option("--repetitions <number>", "of each program that can end in several ways", positiveInteger, 300)
    .option("--states <number>", "leaves out programs with more states in the model", positiveInteger, 40_000)
    .option("--seed <number>", "draws the same programs and delays again", naturalNumber, 1)
    .option("--setup <name>", `only this one: ${actorsSetups.map(({ name }) => name).join(", ")}`, setupNamed)
    .option("--out <folder>", "where disagreements are written", join("out", "kernel-lab", "interleave"))
    .action(async (options: Options) => {
      const tally = await run(options);
      process.stdout.write(`${reportText(tally)}\n`);
      if (tally.found.size + tally.failures.length > 0) process.exitCode = 1;
    });
}

function setupNamed(name: string): LabSetup {
  const found = actorsSetups.find((setup) => setup.name === name);
  if (found === undefined)
    throw new InvalidArgumentError(`Expected one of ${actorsSetups.map((setup) => setup.name).join(", ")}.`);
  return found;
}

async function run(options: Options): Promise<Tally> {
  const { kernel: name, variant, dir, setup, out, seed, programs, repetitions } = options;
  const row: KernelRow = { title: `Linux ${name}`, row: trees[name].row, changes: changesOf(trees[name]) };
  const session = openTogether(builtKernel(dir, name, variant));
  const began = performance.now();
  process.stderr.write(`${row.title}, row ${row.row}, --seed ${seed}\n`);
  try {
    return await interleave({
      setups: setup === undefined ? actorsSetups : [setup],
      features: withoutTimeLimit(row),
      kernel: session.run,
      explain: explainEnd,
      seed,
      programs,
      actors: Number(options.actors),
      repetitions,
      mostStates: options.states,
      onProgress: (current, tally) =>
        process.stderr.write(`${progressLine(current, tally, performance.now() - began)}\n`),
      onFound: (found, number) => process.stderr.write(`${write(out, found, number, row)}\n`),
    });
  } finally {
    await session.close();
  }
}

/** The driver gives up after a second of trying again. No program takes so long, but in the model it may at any time. */
function withoutTimeLimit({ row, changes }: KernelRow) {
  return new Set([...featuresOf(row, changes)].filter((feature) => feature !== "driver-gives-up"));
}

function progressLine(setup: string, { programs, repetitions, found }: Tally, ms: number): string {
  const rate = grouped((1000 * repetitions) / ms);
  return `${setup}: ${count(programs, "program")}, ${grouped(repetitions)} repetitions, ${count(found.size, "disagreement")}, ${rate} repetitions per second`;
}

/** Writes the scenario and both views; returns a line about them. */
function write(out: string, found: Found, number: number, row: KernelRow): string {
  mkdirSync(out, { recursive: true });
  const { setup, prefix, together } = found.program;
  const operations = stepsOf(together).map(({ call }) => call.operation);
  const file = `interleave ${row.title} ${number} ${operations.join(" ")}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const steps = [...prefix, ...stepsOf(together)];
  const disagreement = { at: prefix.length, nearest: found.unreached.nearest, before: [] };
  writeFileSync(join(out, `${file}.json`), scenarioText(file, { setup, steps }, disagreement, row));
  writeFileSync(join(out, `${file}.md`), bothEnds(file, found, row.title));
  return `disagreement: ${found.name} (${join(out, file)}.json)`;
}
