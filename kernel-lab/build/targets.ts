/** Which kernels and variants the arguments of the command choose. */
import { usageError } from "../../src/diagnostics/usage-error.ts";
import { didYouMean } from "../../src/text/did-you-mean.ts";
import { type TreeName, treeNames } from "./trees.ts";
import { type Variant, variants } from "./variants.ts";

export interface Target {
  readonly tree: TreeName;
  readonly variants: readonly Variant[];
}

/**
 * Without arguments: all. Kernels alone: these, without variants. A variant: of the kernels that are named as well, or
 * of all that have it. Throws a UserError for a word that is neither, and for a kernel that lacks a named variant.
 */
export function targetsOf(words: readonly string[]): readonly Target[] {
  const trees = treeNames.filter((name) => words.includes(name));
  const named = variants.filter(({ name }) => words.includes(name));
  const known: readonly string[] = [...treeNames, ...variants.map(({ name }) => name)];
  for (const word of words) if (!known.includes(word)) throw unknown(word, known);
  for (const tree of trees)
    for (const variant of named)
      if (variant.edits[tree] === undefined)
        throw usageError(`${tree} has no variant ${variant.name}`, `${Object.keys(variant.edits).join(", ")} has it`);
  const all = words.length === 0;
  return (trees.length === 0 ? treeNames : trees)
    .map((tree) => ({ tree, variants: (all ? variants : named).filter(({ edits }) => edits[tree] !== undefined) }))
    .filter((target) => all || trees.length > 0 || target.variants.length > 0);
}

function unknown(word: string, known: readonly string[]): Error {
  const meant = didYouMean(word, known);
  return usageError(
    `no kernel and no variant has the name "${word}"`,
    meant === undefined ? `there are ${known.join(", ")}` : `did you mean "${meant}"?`,
  );
}
