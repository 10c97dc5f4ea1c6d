/** With `--kernel`, a folder stands for those of its files that name the kernel. */
import { usageError } from "../../diagnostics/usage-error.ts";
import type { KernelVersion } from "../../model/versions/rows.ts";
import type { Spec } from "../../spec/spec.ts";
import type { CheckOptions } from "./check-options.ts";

/** Whether a scenario is not checked under a kernel that `--kernel` names. */
export type LeavesOut = (spec: Spec, kernel: KernelVersion) => boolean;

/** `named`: the files that the command line names itself. They are always checked. */
export function leftOutOf(named: readonly string[], { allFiles }: Pick<CheckOptions, "allFiles">): LeavesOut {
  if (allFiles === true) return () => false;
  const kept = new Set(named);
  return ({ file, kernels }, kernel) => !kept.has(file) && kernels.every((run) => run.kernel !== kernel);
}

/** A line for each kernel that some files do not name. Throws a UserError if no file names one of them. */
export function leftOutNotes(
  specs: readonly Spec[],
  { kernel: asked = [] }: Pick<CheckOptions, "kernel">,
  isLeftOut: LeavesOut,
): readonly string[] {
  const found = asked.map(({ kernel }) => ({
    kernel,
    skipped: specs.filter((spec) => isLeftOut(spec, kernel)).length,
  }));
  if (found.length > 0 && found.every(({ skipped }) => skipped === specs.length)) {
    const names = found.map(({ kernel }) => kernel).join(" or ");
    throw usageError(`none of the files names ${names}`, "--all-files checks them nevertheless");
  }
  return found.flatMap(({ kernel, skipped }) => {
    if (skipped === 0) return [];
    const they = skipped === 1 ? "it does" : "they do";
    return [`skipped ${skipped} of ${specs.length} files: ${they} not name ${kernel} (--all-files checks them too)`];
  });
}
