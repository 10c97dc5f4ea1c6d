import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { naturalNumber, positiveInteger } from "../../src/cli/options/option-values.ts";
import { at } from "../../src/ir/lookup.ts";
import { type FeatureName, featuresOf } from "../../src/model/features/catalogue.ts";
import { count, grouped } from "../../src/text/quantities.ts";
import { builtKernel, defaultFolder } from "../build/folders.ts";
import { changesOf, type TreeName, treeNames, trees } from "../build/trees.ts";
import { openSession } from "../guest/session.ts";
import { type SwapKind, swapKinds } from "../guest/words.ts";
import { LabError } from "../lab-error.ts";
import type { LabSetup } from "../lab-program.ts";
import { type Found, runCampaign, type Tally } from "./campaign.ts";
import type { Explain } from "./compare.ts";
import { explanationOf } from "./explained.ts";
import { guestKernel } from "./guest-kernel.ts";
import type { Kernel } from "./kernel.ts";
import { labModel } from "./model-outcomes.ts";
import { setups, setupsFor } from "./setups.ts";
import { standInKernel } from "./stand-in-kernel.ts";
import { summaryText } from "./summary.ts";
import { bothViews, type KernelRow, scenarioText } from "./write-scenario.ts";

interface Options {
  readonly kernel: TreeName | "model";
  readonly variant?: string;
  readonly dir: string;
  readonly swap: SwapKind;
  readonly breaks?: FeatureName;
  readonly programs: number;
  readonly steps: number;
  readonly seed: number;
  readonly setup?: string;
  readonly out: string;
}

/** Adds the command that compares random programs on a kernel and in the model. */
export function addConformCommand(program: Command): void {
  program
    .command("conform")
    .description(
      "runs random programs on a real kernel and in the model, and compares what can be seen after each step",
    )
    .addOption(
      new Option("--kernel <name>", "the kernel: one of Debian's, or the model itself as a trial")
        .choices([...treeNames, "model"])
        .default("6.12"),
    )
    .option("--variant <name>", "a variant of the kernel, with one mistake of ours")
    .option("--dir <folder>", "where the kernels were built", defaultFolder)
    .addOption(
      new Option(
        "--swap <kind>",
        "what the kernel swaps on: a loop device, which is read through the swap cache, or zram, which is read at once; a kernel without loop devices takes zram",
      )
        .choices([...swapKinds])
        .default("loop"),
    )
    .option("--breaks <feature>", "with --kernel model: a feature that the model as a kernel lacks, to see it found")
    .option("--programs <number>", "programs for each setup", positiveInteger, 200)
    .option("--steps <number>", "steps of each program", positiveInteger, 20)
    .option("--seed <number>", "draws the same programs again", naturalNumber, 1)
    .option("--setup <name>", `only this one: ${setups.map(({ name }) => name).join(", ")}`, setupNamed)
    .option("--out <folder>", "where the scenarios of disagreements are written", "out/conform")
    .action(async (options: Options) => {
      const tally = await conform(options);
      process.stdout.write(`${summaryText(tally)}\n`);
      if (tally.found.size > 0) process.exitCode = 1;
    });
}

function setupNamed(name: string): string {
  if (setups.every((setup) => setup.name !== name))
    throw new InvalidArgumentError(`Expected one of ${setups.map((setup) => setup.name).join(", ")}.`);
  return name;
}

async function conform(options: Options): Promise<Tally> {
  const { kernel: name, variant, breaks, dir } = options;
  const row = rowOf(name);
  if (name === "model") {
    const chosen = chosenOf(setups, options);
    const features = featuresOf(row.row, row.changes);
    const broken = new Set([...features].filter((feature) => feature !== breaks));
    return compareWith({ kernel: modelAsKernel(chosen, broken), explain: () => undefined }, chosen, row, options);
  }
  const session = openSession(builtKernel(dir, name, variant), options.swap);
  try {
    const { swap } = await session.ready();
    const { pins, showsFolioFlags } = trees[name];
    const features = featuresOf(row.row, row.changes);
    const all = setupsFor({
      synchronousSwap: swap === "zram",
      fastPins: pins.byRing === "pin_user_pages_fast",
      testsPins: pins.tested,
      asyncProtection: features.has("uffd-wp-async"),
      movesPages: features.has("uffd-move"),
      collapses: showsFolioFlags,
    });
    const chosen = chosenOf(all, options);
    return await compareWith({ kernel: guestKernel(session), explain: explanationOf }, chosen, row, options);
  } finally {
    await session.close();
  }
}

/** Throws a LabError if the kernel cannot have the setup that was asked for. */
function chosenOf(all: readonly LabSetup[], { setup, kernel }: Options): readonly LabSetup[] {
  if (setup === undefined) return all;
  const chosen = all.filter(({ name }) => name === setup);
  if (chosen.length === 0) throw new LabError(`the kernel ${kernel} cannot have the setup ${setup}`);
  return chosen;
}

function compareWith(
  { kernel, explain }: { readonly kernel: Kernel; readonly explain: Explain },
  chosen: readonly LabSetup[],
  row: KernelRow,
  { programs, steps, seed, out }: Options,
): Promise<Tally> {
  process.stderr.write(`${row.title}, row ${row.row}, --seed ${seed}\n`);
  const began = performance.now();
  return runCampaign({
    setups: chosen,
    features: featuresOf(row.row, row.changes),
    kernel,
    explain,
    seed,
    programs,
    steps,
    onProgress: (current, tally) =>
      process.stderr.write(`${progressLine(current, tally, performance.now() - began)}\n`),
    onFound: (found, number) => process.stderr.write(`${write(out, found, number, row)}\n`),
  });
}

function rowOf(name: Options["kernel"]): KernelRow {
  if (name === "model") return { title: "The model as a kernel", row: "v6.4", changes: { with: [], without: [] } };
  return { title: `Linux ${name}`, row: trees[name].row, changes: changesOf(trees[name]) };
}

function modelAsKernel(chosen: readonly LabSetup[], features: ReadonlySet<FeatureName>): Kernel {
  return standInKernel(new Map(chosen.map((setup) => [setup.name, labModel(setup, features)])), (below) =>
    Math.floor(Math.random() * below),
  );
}

function progressLine(setup: string, { programs, steps, found }: Tally, ms: number): string {
  const rate = grouped((1000 * steps) / ms);
  return `${setup}: ${count(programs, "program")}, ${count(steps, "step")}, ${count(found.size, "disagreement")}, ${rate} steps per second`;
}

/** Writes the scenario and both views; returns a line about them. `number`: counts the disagreements of the run. */
function write(out: string, { name, program, disagreement }: Found, number: number, row: KernelRow): string {
  mkdirSync(out, { recursive: true });
  const { operation } = at(program.steps, disagreement.at).call;
  const file = `conform ${row.title} ${number} ${operation}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  writeFileSync(join(out, `${file}.json`), scenarioText(file, program, disagreement, row));
  writeFileSync(join(out, `${file}.md`), bothViews(file, program, disagreement, row));
  return `disagreement: ${name} (${join(out, file)}.json)`;
}
