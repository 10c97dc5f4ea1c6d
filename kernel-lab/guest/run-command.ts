import type { Command } from "commander";
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { builtKernel, defaultFolder } from "../build/folders.ts";
import { type TreeName, treeNames } from "../build/trees.ts";
import { LabError } from "../lab-error.ts";
import { programOf } from "./command-line-program.ts";
import { observationLine } from "./observation-line.ts";
import { openSession } from "./session.ts";

interface RunOptions {
  readonly dir: string;
  readonly kernel: string;
  readonly variant?: string;
  readonly pages: string;
  readonly file: readonly string[];
}

/** Adds the command that runs one program on a kernel and shows what user space sees after each step. */
export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("runs operations on a kernel, one after the other, and shows what user space sees after each")
    .argument(
      "<step...>",
      "ACTOR:OPERATION:TARGET; actors are processes (app and its children) and devices (gpu, gpu2)",
    )
    .option("--kernel <version>", `${treeNames.join(" or ")}`, treeNames.at(-1))
    .option("--variant <name>", "a variant of the kernel")
    .option("--dir <folder>", "where the kernels were built", defaultFolder)
    .option("--pages <n>", "pages of each area", "2")
    .option("--file <area...>", "areas that map a file privately; the others are anonymous memory", [])
    .addHelpText(
      "after",
      "\nExample: kernel-lab run app:store:buf[0] gpu:atomic:buf[0] app:fork:child child:load:buf[0]",
    )
    .action(run);
}

async function run(steps: readonly string[], options: RunOptions): Promise<void> {
  const tree = treeNames.find((name): name is TreeName => name === options.kernel);
  if (tree === undefined)
    throw usageError(`no kernel has the name "${options.kernel}"`, `there are ${treeNames.join(", ")}`);
  const program = programOf({ steps, files: options.file, pages: Number(options.pages) });
  const session = openSession(builtKernel(options.dir, tree, options.variant));
  try {
    for await (const { observations, complaintsAtEnd, failure } of session.run([program])) {
      for (const [index, observation] of observations.entries())
        console.log(`${steps[index]} | ${observationLine(observation)}`);
      for (const complaint of complaintsAtEnd) console.log(`at the end, the kernel says "${complaint}"`);
      if (failure !== undefined) throw new LabError(failure);
    }
  } finally {
    await session.close();
  }
}
