import type { KernelChoice } from "../options/option-values.ts";
import type { Output } from "../surroundings/surroundings.ts";

/** Tells the user which row of the model stands for the release that they named. */
export function tellKernels(choices: readonly KernelChoice[] | undefined, stderr: Output): void {
  for (const { note } of choices ?? []) if (note !== undefined) stderr.write(`note: ${note}\n`);
}
