/** The kernels to check, each with its features and its expected verdict. */
import { parseEdit } from "../edits/parse-edit.ts";
import { type KernelKey, kernelsIn } from "../model/versions/ranges.ts";
import { kernelVersions } from "../model/versions/rows.ts";
import { builtInProperties } from "../properties/built-in/built-in-properties.ts";
import type { Report } from "./collector.ts";
import type { RawExpectation, RawKernelEntry, RawSpec } from "./raw-spec.ts";
import type { Locate, Path } from "./source-file.ts";
import type { Expectation, FeatureChanges, KernelRun, PlacedEdit } from "./spec.ts";
import { expectedOneOf, meantHint, quote } from "./wording.ts";

/** `checked`: the names of the properties that the scenario checks. */
export function resolveKernels(
  raw: RawSpec,
  keys: KernelKeys,
  checked: readonly string[],
  report: Report,
): readonly KernelRun[] {
  const general = resolveChanges(raw, [], report);
  return kernelVersions.flatMap((kernel) => {
    const key = keys.get(kernel);
    const given = key === undefined ? undefined : raw.kernels[key];
    if (key === undefined || given === undefined) return [];
    const path = ["kernels", key];
    const entry: RawKernelEntry = typeof given === "object" && given !== null ? given : {};
    const changes = override(general, resolveChanges(entry, path, report));
    const { states, depth } = entry;
    const counts = { ...(states === undefined ? {} : { states }), ...(depth === undefined ? {} : { depth }) };
    return [{ kernel, expected: resolveExpectation(given, path, checked, report), counts, ...changes }];
  });
}

/** For each version that the file names, the key of its entry: the version itself, or a range that includes it. */
export type KernelKeys = ReadonlyMap<string, KernelKey>;

export function kernelKeysOf({ kernels }: RawSpec, report: Report): KernelKeys {
  const found = new Map<string, KernelKey>();
  for (const key of Object.keys(kernels) as KernelKey[]) {
    const rows = kernelsIn(key);
    const taken = rows.find((kernel) => found.has(kernel));
    if (taken !== undefined) {
      const message = `${quote(found.get(taken))} and ${quote(key)} both name ${taken}; expected each version in one entry`;
      report(["kernels", key], { code: "spec/overlapping-ranges", message }, "key");
    }
    for (const kernel of rows) found.set(kernel, key);
  }
  return found;
}

/** Maps the path ["kernels", version] to the entry that covers the version. */
export function locateByKernel(locate: Locate, keys: KernelKeys): Locate {
  return (path, offset) => {
    const [first, second, ...more] = path;
    const key = first === "kernels" ? keys.get(String(second)) : undefined;
    return locate(key === undefined ? path : ["kernels", key, ...more], offset);
  };
}

export function resolveChanges(given: RawChanges, path: Path, report: Report): FeatureChanges {
  const on = new Set(given.with);
  const off = new Set(given.without);
  given.without?.forEach((feature, index) => {
    if (!on.has(feature)) return;
    const message = `${quote(feature)} is in "with" and in "without"; expected it in only one of them`;
    report([...path, "without", index], { code: "spec/contradiction", message });
  });
  const edits = resolveEdits(given.edits ?? [], [...path, "edits"], report);
  return { with: [...on], without: [...off], ...(edits.length === 0 ? {} : { edits }) };
}

type RawChanges = Pick<RawSpec, "with" | "without" | "edits">;

function resolveEdits(lines: readonly string[], path: Path, report: Report): readonly PlacedEdit[] {
  return lines.flatMap((line, index) => {
    const { edit, problem } = parseEdit(line);
    if (edit !== undefined) return [{ edit, path: [...path, index] }];
    const { message, hint } = problem;
    report([...path, index], { code: "spec/bad-edit", message, ...(hint === undefined ? {} : { hint }) }, problem);
    return [];
  });
}

/** What a kernel's own entry says of a feature wins over what the file says for all kernels. Its edits come last. */
function override(general: FeatureChanges, own: FeatureChanges): FeatureChanges {
  const edits = [...(general.edits ?? []), ...(own.edits ?? [])];
  return {
    with: [...new Set([...general.with.filter((feature) => !own.without.includes(feature)), ...own.with])],
    without: [...new Set([...general.without.filter((feature) => !own.with.includes(feature)), ...own.without])],
    ...(edits.length === 0 ? {} : { edits }),
  };
}

function resolveExpectation(
  given: RawExpectation,
  path: Path,
  checked: readonly string[],
  report: Report,
): Expectation | undefined {
  if (given === "holds") return { verdict: "holds" };
  if (given === "unknown" || given === null) return undefined;
  const { holds, violates } = given;
  if (violates === undefined) return holds === undefined ? undefined : { verdict: "holds" };
  if (holds !== undefined) {
    const message = 'a kernel that "violates" properties cannot be expected to hold; expected only one of the two keys';
    report([...path, "holds"], { code: "spec/contradiction", message }, "key");
  }
  violates.forEach((name, index) => {
    if (!checked.includes(name)) reportUnchecked(name, [...path, "violates", index], checked, report);
  });
  return { verdict: "violates", properties: [...new Set(violates)] };
}

function reportUnchecked(name: string, path: Path, checked: readonly string[], report: Report): void {
  if (builtInProperties.some((property) => property.name === name)) {
    const message = `${quote(name)} is not checked here; expected it in "properties"`;
    return report(path, { code: "spec/unchecked-property", message });
  }
  const hint = meantHint(name, checked);
  const message = `there is no property ${quote(name)} here${expectedOneOf(checked, hint, "properties")}`;
  report(path, { code: "spec/unknown-property", message, hint });
}
