/** `npm run kernel-lab -- race FILE`: forces a counterexample of the model on a real kernel. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { subjectOfTrace } from "../../src/check/subject-of-trace.ts";
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { makeFolder } from "../../src/files/make-folder.ts";
import { buildModelInTurns } from "../../src/model/build-model.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import { replay } from "../../src/trace/replay.ts";
import { defaultFolder } from "../build/folders.ts";
import { LabError } from "../lab-error.ts";
import type { Outcome } from "./outcome.ts";
import { planFor, type Race, type RaceResult, runRace } from "./race.ts";
import { type RaceKernel, raceKernel } from "./race-kernel.ts";
import { writeReproducer } from "./reproducer.ts";
import { type NamedTrace, tracesIn } from "./traces.ts";

interface RaceOptions {
  readonly kernel: string;
  readonly withoutBug?: string;
  readonly property?: string;
  readonly rounds: number;
  readonly dir: string;
  readonly out: string;
  readonly write?: string;
}

/** Adds the command that drives races. */
export function addRaceCommand(program: Command): void {
  program
    .command("race")
    .description("forces a counterexample of the model on a real kernel: holds its threads where the trace switches")
    .argument("<file>", "a trace, or a scenario, which is then checked under the model of --kernel")
    .option("--kernel <kernel>", "the kernel with the bug: a tree, a variant, or the folder of a built tree", "6.12")
    .option("--without-bug <kernel>", "a kernel on which the same drive should end well")
    .option("--property <name>", "only the trace that violates this property")
    .option("--rounds <n>", "how often to drive each kernel", wholeNumber, 3)
    .option("--dir <folder>", "where the kernels are built", defaultFolder)
    .option("--out <folder>", "where results and reproducers are written", join("out", "kernel-lab", "race"))
    .option("--write <folder>", "only write the reproducer for --kernel into this folder, to be sent to others")
    .action(race);
}

async function race(file: string, options: RaceOptions): Promise<void> {
  const kernel = raceKernel(options.kernel, options.dir);
  const others = options.withoutBug === undefined ? [] : [raceKernel(options.withoutBug, options.dir)];
  const { property, out } = options;
  for (const named of tracesIn(file, { kernel, property, out })) await raceOne(named, [kernel, ...others], options);
}

const builder = { buildModel: buildModelInTurns };

async function raceOne(named: NamedTrace, kernels: readonly RaceKernel[], options: RaceOptions): Promise<void> {
  const { trace, path } = named;
  const subject = await subjectOfTrace(trace, path, builder);
  const replayed = replay(trace, subject);
  if (!replayed.reproduced) throw new LabError(`${path} differs from the model at step ${replayed.step}: check again`);
  const { scenario } = parseSpec(trace.spec.content, trace.spec.file);
  const one: Race = { named, subject, scenario };
  say(`${trace.spec.name} on ${trace.kernel}: ${trace.property} is violated after ${trace.steps.length} steps`);
  if (options.write !== undefined) return writeOnly(one, kernels, options.write);

  const title = `${trace.spec.name}-${trace.property}`;
  const results: RaceResult[] = [];
  for (const [position, kernel] of kernels.entries()) {
    say(`\n${kernel.name}${position === 0 ? "" : " (without the bug)"}`);
    const folder = resolve(options.out, title, kernel.name.replaceAll("/", "_"));
    const result = await runRace(one, kernel, { folder, rounds: options.rounds }, sayRound);
    for (const line of result.notDrivable) say(`  not drivable: ${line}`);
    if (result.notDrivable.length === 0) say(`  the schedule:\n${result.schedule.join("\n")}`);
    results.push(result);
  }
  makeFolder(options.out);
  const file = join(options.out, `${title}.json`);
  const { spec, kernel, features, property } = trace;
  const report = { spec: spec.name, kernel, features, property, rounds: options.rounds, results };
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  say(`\n${file}`);
}

function writeOnly(one: Race, [kernel]: readonly RaceKernel[], folder: string): void {
  if (kernel === undefined) return;
  const plan = planFor(one, kernel);
  if ("reasons" in plan) throw new LabError(`not drivable: ${plan.reasons.join("; ")}`);
  writeReproducer(folder, plan.drive, { trace: one.named.trace, kernel: kernel.name });
  say(`written to ${folder}: begin with its README`);
}

/** The kernel's first lines say what it found; JSON has them all. */
const shownLines = 6;

function sayRound(number: number, outcome: Outcome): void {
  say(`  round ${number}: ${outcome.kind}${outcome.kind === "impossible" ? `: ${outcome.because}` : ""}`);
  const details = outcome.kind === "reproduced" ? outcome.evidence : outcome.kind === "impossible" ? outcome.waits : [];
  for (const line of details.slice(0, shownLines)) say(`    ${line}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw usageError(`--rounds takes a whole number from 1, not "${text}"`);
  return value;
}
