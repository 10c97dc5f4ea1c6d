import type { KernelChoice } from "../options/option-values.ts";
import type { Output } from "../surroundings/surroundings.ts";

/** Says which row of the model stands for a release that was asked for. */
export function tellKernels(choices: readonly KernelChoice[] | undefined, stderr: Output): void {
  for (const { note } of choices ?? []) if (note !== undefined) stderr.write(`note: ${note}\n`);
}
