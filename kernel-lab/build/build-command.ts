import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { paragraph } from "../../src/text/paragraph.ts";
import { buildKernel, buildVariant, type Workshop } from "./build-kernel.ts";
import { defaultFolder, outsideCheckout, treeFolder } from "./folders.ts";
import { asOnlyRun } from "./one-run.ts";
import { installedVersions, installMissing, packagesFor } from "./packages.ts";
import { progressLine } from "./run-make.ts";
import { archiveOf, checkSum, sumOf } from "./sources.ts";
import { type Target, targetsOf } from "./targets.ts";
import { treeNames } from "./trees.ts";
import { variants } from "./variants.ts";

interface BuildOptions {
  readonly dir: string;
  readonly jobs: number;
}

/** Adds the command that builds the kernels. */
export function addBuildCommand(program: Command): void {
  program
    .command("build")
    .description(
      "builds Debian's kernels, and variants of them with one mistake each, from Debian's sources. What is finished is not done again",
    )
    .argument("[kernel or variant...]", `${treeNames.join(", ")}, or variants (default: all)`)
    .option("--dir <folder>", "where to build", defaultFolder)
    .option("--jobs <n>", "how many files to compile at once", wholeNumber, availableParallelism())
    .addHelpText("after", `\nVariants:\n${variantList()}`)
    .action(build);
}

async function build(words: readonly string[], options: BuildOptions): Promise<void> {
  const targets = targetsOf(words);
  const dir = outsideCheckout(options.dir);
  const packages = packagesFor(targets.map(({ tree }) => tree));
  installMissing(packages, say);
  const versions = installedVersions(packages);
  await asOnlyRun(dir, async () => {
    for (const target of targets) await buildTarget(target, dir, options.jobs, versions);
  });
}

async function buildTarget(
  { tree, variants: chosen }: Target,
  dir: string,
  jobs: number,
  versions: ReadonlyMap<string, string>,
): Promise<void> {
  const sum = await sumOf(archiveOf(tree));
  const version = versions.get(`linux-source-${tree}`) ?? "of an unknown version";
  checkSum(tree, version, sum, (text) => say(`warning: ${text}`));
  const base = await buildKernel(workshop(dir, jobs, tree), tree, sum);
  say(`${tree}: ready in ${treeFolder(dir, tree)}`);
  for (const variant of chosen) {
    const title = `${tree} ${variant.name}`;
    await buildVariant(workshop(dir, jobs, title), tree, variant, base);
    say(`${title}: ready in ${treeFolder(dir, tree, variant.name)}`);
  }
}

const secondsBetweenLines = 15;

/** Says which stage of the tree has begun, and from time to time how far it is. */
function workshop(dir: string, jobs: number, title: string): Workshop {
  let begun = performance.now();
  let said = begun;
  const inPlace = process.stdout.isTTY === true;
  return {
    dir,
    jobs,
    report: {
      begins: (stage) => {
        begun = said = performance.now();
        say(`${title}: ${stage}`);
      },
      isDone: () => {},
      progress: (compiled, expected) => {
        const now = performance.now();
        if ((now - said) / 1000 < (inPlace ? 1 : secondsBetweenLines)) return;
        said = now;
        const line = `${title}: ${progressLine(compiled, expected, (now - begun) / 1000)}`;
        process.stdout.write(inPlace ? `\r${line}\u001B[K\r` : `${line}\n`);
      },
    },
  };
}

function say(text: string): void {
  process.stdout.write(`${text}${process.stdout.isTTY === true ? "\u001B[K" : ""}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw usageError(`--jobs takes a whole number from 1, not "${text}"`);
  return value;
}

function variantList(): string {
  return variants
    .flatMap(({ name, sentence, edits }) => [
      `  ${name} (${Object.keys(edits).join(", ")})`,
      ...paragraph(sentence, "      ", "      "),
    ])
    .join("\n");
}
