/** A step or procedure that a property names may exist on other kernels only. Then the error says on which. */
import type { StepVocabulary } from "../ir/step-vocabulary.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { DefinitionIssue } from "../properties/definition.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import type { Fault } from "./compile-properties.ts";

/** The enumerations of `step.label` and `step.procedure`. Other names are those of the scenario, not of the kernel. */
const kinds: ReadonlyMap<string, "labels" | "procedures"> = new Map([
  ["Label", "labels"],
  ["Procedure", "procedures"],
]);

export function namesKernelsCode(faults: readonly Fault[]): boolean {
  return faults.some(({ issues }) => issues.some(({ notALiteral }) => notALiteral && kinds.has(notALiteral.of)));
}

/** `others`: the names of the scenario's steps on the other kernels. */
export function withOtherKernels(
  faults: readonly Fault[],
  kernel: KernelVersion,
  others: ReadonlyMap<KernelVersion, StepVocabulary>,
): readonly Fault[] {
  const explained = (issue: DefinitionIssue): DefinitionIssue => {
    const { notALiteral: missing, hint } = issue;
    const kind = missing && kinds.get(missing.of);
    if (missing === undefined || kind === undefined) return issue;
    const havingName = (name: string | undefined) =>
      [...others].flatMap(([other, names]) => (name !== undefined && names[kind].includes(name) ? [other] : []));
    const where = ([first, ...more]: readonly KernelVersion[]) =>
      `${kernel} does not have it, but ${[first, ...more].join(", ")}; --kernel ${first} asks only there`;
    const having = havingName(missing.text);
    if (having.length > 0) return { ...issue, hint: where(having) };
    if (hint !== undefined) return issue;
    const meant = didYouMean(
      missing.text,
      [...others.values()].flatMap((names) => names[kind]),
    );
    return meant === undefined ? issue : { ...issue, hint: `did you mean "${meant}"? ${where(havingName(meant))}` };
  };
  return faults.map(({ owner, issues }) => ({ owner, issues: issues.map(explained) }));
}
