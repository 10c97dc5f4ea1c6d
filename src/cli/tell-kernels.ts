import type { Output } from "./host.ts";
import type { KernelChoice } from "./option-values.ts";

/** Says which row of the model stands for a release that was asked for. */
export function tellKernels(choices: readonly KernelChoice[] | undefined, stderr: Output): void {
  for (const { note } of choices ?? []) if (note !== undefined) stderr.write(`note: ${note}\n`);
}
