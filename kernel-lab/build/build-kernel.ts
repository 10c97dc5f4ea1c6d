/** Builds one of Debian's kernels, and variants of it, in stages that are each done once. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LabError } from "../lab-error.ts";
import { type ConfigOption, fragmentFor, mismatches, writeFragment } from "./config.ts";
import { copyTree } from "./copy-tree.ts";
import { treeFolder } from "./folders.ts";
import { editLines } from "./line-edit.ts";
import { objectFiles, runMake } from "./run-make.ts";
import { archiveOf } from "./sources.ts";
import { readFinished, runStages, type Stage, type StageReport, stateFile } from "./state.ts";
import type { TreeName } from "./trees.ts";
import type { Variant } from "./variants.ts";

export interface Workshop {
  /** The folder with all trees. */
  readonly dir: string;
  readonly jobs: number;
  readonly report: StageReport & { readonly progress: (compiled: number, expected: number) => void };
}

/** Files that a whole build compiles. */
const expectedFiles: Readonly<Record<TreeName, number>> = { "6.1": 1238, "6.12": 1311 };

/** Returns a key of everything that the kernel was built from. `sum` is the SHA-256 of the archive. */
export async function buildKernel(workshop: Workshop, name: TreeName, sum: string): Promise<string> {
  const { dir, report } = workshop;
  const tree = treeFolder(dir, name);
  const options = fragmentFor(await readFile(new URL("./kernel.config", import.meta.url), "utf8"), name);
  return await runStages(
    tree,
    [
      { name: "unpack", inputs: [sum], run: () => unpack(tree, archiveOf(name)) },
      { name: "configure", inputs: [writeFragment(options)], run: () => configure(workshop, tree, options) },
      compile(workshop, tree, expectedFiles[name]),
    ],
    report,
  );
}

/** `base` is the key of the kernel that the variant is made from, which is built already. */
export async function buildVariant(workshop: Workshop, name: TreeName, variant: Variant, base: string): Promise<void> {
  const { dir, report } = workshop;
  const tree = treeFolder(dir, name, variant.name);
  const edits = variant.edits[name] ?? [];
  const copy = async () => {
    await removeOwn(tree);
    const unpacked = (await stat(archiveOf(name))).mtimeMs;
    await copyTree({ from: treeFolder(dir, name), to: tree, unpacked }, async (unfinished) => {
      await rm(join(unfinished, stateFile));
      for (const edit of edits) {
        const path = join(unfinished, edit.file);
        const text = editLines(await readFile(path, "utf8"), edit);
        // The file is shared with the other tree until it is removed here.
        await rm(path);
        await writeFile(path, text);
      }
    });
  };
  const stages = [{ name: "copy", inputs: [base, JSON.stringify(edits)], run: copy }, compile(workshop, tree, 0)];
  await runStages(tree, stages, report);
}

/** Removes a tree that an earlier run made. Throws a LabError if something else has the name. */
async function removeOwn(tree: string): Promise<void> {
  if (!existsSync(tree)) return;
  if (Object.keys(readFinished(tree)).length === 0)
    throw new LabError(`${tree} was not made by this command: remove it, or choose another folder with --dir`);
  await rm(tree, { recursive: true });
}

/** A tree without notes of an earlier run is used if its sources are those of the archive. */
async function unpack(tree: string, archive: string): Promise<void> {
  if (existsSync(tree) && Object.keys(readFinished(tree)).length === 0) {
    const changed = differences(tree, archive);
    if (changed.length === 0) return;
    throw new LabError(
      `${tree} is not as in ${archive}: ${changed.slice(0, 3).join("; ")}. Remove it, or choose another folder with --dir`,
    );
  }
  await removeOwn(tree);
  const unfinished = `${tree}.unpacking`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  const { status, stderr } = spawnSync("tar", ["-xf", archive, "--strip-components=1", "-C", unfinished], {
    encoding: "utf8",
  });
  if (status !== 0) throw new LabError(`${archive} cannot be unpacked: ${stderr.trim()}`);
  await rename(unfinished, tree);
}

/**
 * Files of the archive that are missing in the tree or have other contents, in tar's words. In the archive they are in a
 * folder of the tree's name.
 */
function differences(tree: string, archive: string): readonly string[] {
  const { stdout, stderr } = spawnSync("tar", ["-df", archive, "-C", dirname(tree)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    maxBuffer: 2 ** 30,
  });
  return `${stdout}${stderr}`
    .split("\n")
    .filter((line) => /Contents differ|Size differs|Cannot stat|No such file/.test(line));
}

async function configure({ jobs }: Workshop, tree: string, options: readonly ConfigOption[]): Promise<void> {
  const config = join(tree, ".config");
  const kept = join(tree, ".config.kept");
  const run = (target: string) => runMake({ tree, targets: [target], log: `${tree}.log`, jobs });
  // The tinyconfig of 6.1 begins with a .config that it finds.
  if (existsSync(config)) await rename(config, kept);
  await run("tinyconfig");
  await writeFile(config, writeFragment(options), { flag: "a" });
  await run("olddefconfig");
  const text = await readFile(config, "utf8");
  const wrong = mismatches(options, text);
  if (wrong.length > 0)
    throw new LabError(
      `${wrong.length === 1 ? "an option" : "some options"} of the kernel did not come out as asked: ${wrong
        .map(({ name, value, got }) => `${name}=${value} is ${got}`)
        .join(", ")}`,
    );
  // An equal file keeps its time, so that make compiles nothing again.
  if (existsSync(kept) && (await readFile(kept, "utf8")) === text) await rename(kept, config);
  else await rm(kept, { force: true });
}

/** `expected`: how many files a whole build compiles; 0 if only some are compiled again. */
function compile({ jobs, report }: Workshop, tree: string, expected: number): Stage {
  const compiler = spawnSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).stdout ?? "";
  const run = async () => {
    const remaining = expected === 0 ? 0 : expected - (await objectFiles(tree));
    await runMake({ tree, targets: ["bzImage", "modules"], log: `${tree}.log`, jobs }, (compiled) =>
      report.progress(compiled, Math.max(0, remaining)),
    );
  };
  return { name: "compile", inputs: [compiler], run };
}
