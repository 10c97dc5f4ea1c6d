/** The built kernels that a race can be driven on, and what they are in terms of the model. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { didYouMean } from "../../src/text/did-you-mean.ts";
import { type BuiltKernel, builtIn, builtKernel } from "../build/folders.ts";
import { changesOf, type KernelTree, type TreeName, treeNames, trees } from "../build/trees.ts";
import { changesOfVariant, type Variant, variants } from "../build/variants.ts";

export interface RaceKernel extends BuiltKernel {
  readonly name: string;
  /** Undefined for a folder, which can hold anything. */
  readonly inModel: KernelInModel | undefined;
}

/** The row of the model and the changes to it, as the options of `exclusive-check` take them. */
export interface KernelInModel {
  readonly row: string;
  readonly with: readonly string[];
  readonly without: readonly string[];
}

/**
 * `word`: a tree (`6.12`), a variant (`no-fault-reference`, of 6.12 if it has it), both (`6.1-no-fault-reference`), or the
 * folder of a built tree. Throws a UserError if there is no such kernel, or if it is not built.
 */
export function raceKernel(word: string, dir: string): RaceKernel {
  const chosen = chosenFrom(word);
  if (chosen === undefined && !existsSync(word)) throw unknown(word);
  const name = chosen === undefined ? resolve(word) : nameOf(chosen);
  const built = chosen === undefined ? builtIn(resolve(word)) : builtKernel(dir, chosen.tree, chosen.variant?.name);
  for (const file of [built.image, built.vmlinux, built.testHmm])
    if (!existsSync(file)) throw usageError(`there is no ${file}`, `\`npm run kernel-lab -- build ${word}\` makes it`);
  return { ...built, name, inModel: chosen && inModelOf(trees[chosen.tree], chosen.variant) };
}

interface Chosen {
  readonly tree: TreeName;
  readonly variant: Variant | undefined;
}

function chosenFrom(word: string): Chosen | undefined {
  const tree = treeNames.find((name) => word === name || word.startsWith(`${name}-`));
  const rest = tree === undefined ? word : word.slice(tree.length + 1);
  if (tree !== undefined && rest === "") return { tree, variant: undefined };
  const variant = variants.find(({ name }) => name === rest);
  if (variant === undefined) return undefined;
  const newest = treeNames.findLast((name) => variant.edits[name] !== undefined);
  const of = tree ?? newest;
  return of === undefined || variant.edits[of] === undefined ? undefined : { tree: of, variant };
}

function nameOf({ tree, variant }: Chosen): string {
  return variant === undefined ? tree : `${tree}-${variant.name}`;
}

function inModelOf(tree: KernelTree, variant: Variant | undefined): KernelInModel {
  return { row: tree.row, ...(variant === undefined ? changesOf(tree) : changesOfVariant(tree, variant)) };
}

function unknown(word: string): Error {
  const known = [...treeNames, ...variants.map(({ name }) => name)];
  const meant = didYouMean(word, known);
  const hint = meant === undefined ? `there are ${known.join(", ")}` : `did you mean "${meant}"?`;
  return usageError(`no kernel, no variant and no folder has the name "${word}"`, hint);
}
