/** The properties that a scenario checks: built-in ones by name, and its own. */
import { maxProperties } from "../ir/property.ts";
import { builtInProperties } from "../properties/built-in/built-in-properties.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import type { Report } from "./collector.ts";
import type { RawProperty, RawSpec } from "./raw-spec.ts";
import type { Path } from "./source-file.ts";
import type { Sometimes } from "./spec.ts";
import { quote } from "./wording.ts";

export interface ResolvedProperties {
  readonly properties: readonly PropertyDefinition[];
  /** The places of the properties that the file defines. */
  readonly paths: ReadonlyMap<string, Path>;
}

export function resolveProperties(raw: RawSpec, report: Report): ResolvedProperties {
  const listed = raw.properties ?? "all";
  const items = listed === "all" ? ["all"] : listed;
  const names = new Set(items.filter((item) => typeof item === "string"));
  const listedBuiltIn = builtInProperties.filter(
    ({ name, optional }) => names.has(name) || (names.has("all") && optional !== true),
  );
  const builtIn = listedBuiltIn.filter(({ name }) => !names.has(`-${name}`));
  items.forEach((item, index) => {
    if (typeof item === "string") reportIdle(item, ["properties", index], listedBuiltIn, report);
  });
  const own: PropertyDefinition[] = [];
  const paths = new Map<string, Path>();
  items.forEach((item, index) => {
    if (typeof item === "string") return;
    const path = ["properties", index];
    const clash = clashOf(item.name, paths);
    if (clash === undefined) {
      own.push(definitionOf(item));
      paths.set(item.name, path);
    } else {
      const message = `${quote(item.name)} is already ${clash}; expected another name`;
      report([...path, "name"], { code: "spec/duplicate-name", message });
    }
  });
  if (builtIn.length + own.length === 0) {
    const message = '"properties" leaves out every property that it lists; expected at least one property to check';
    report(["properties"], { code: "spec/contradiction", message });
  }
  return { properties: [...builtIn, ...own], paths };
}

/** An entry that leaves out a property that is not in the list has no effect, which is surely an error. */
function reportIdle(item: string, path: Path, listed: readonly PropertyDefinition[], report: Report): void {
  if (!item.startsWith("-") || listed.some(({ name }) => `-${name}` === item)) return;
  const message = `${quote(item)} leaves nothing out; expected "all" or ${quote(item.slice(1))} in the list too`;
  report(path, { code: "spec/contradiction", message });
}

export function resolveSometimes({ sometimes = [] }: RawSpec, report: Report): readonly Sometimes[] {
  const names = new Set<string>();
  sometimes.forEach(({ name }, index) => {
    if (names.has(name)) {
      const message = `${quote(name)} is already in "sometimes"; expected another name`;
      report(["sometimes", index, "name"], { code: "spec/duplicate-name", message });
    }
    names.add(name);
  });
  return sometimes.map(({ name, expr }) => ({ name, expr }));
}

/** A search keeps one bit for each, and two for assertions of the model that no property checks. */
const most = maxProperties - 2;

/** Reports the first property of the file that exceeds the limit. */
export function rejectTooMany(
  { properties, paths }: ResolvedProperties,
  sometimes: readonly Sometimes[],
  report: Report,
): void {
  const excess = properties.length + sometimes.length - most;
  if (excess <= 0) return;
  const own = [...paths.values(), ...sometimes.map((_, index): Path => ["sometimes", index])];
  const message = `there are ${properties.length + sometimes.length} properties and "sometimes"; expected at most ${most}; "all" takes ${properties.length - paths.size}`;
  report(own[own.length - excess] ?? ["properties"], { code: "spec/out-of-range", message });
}

function clashOf(name: string, own: ReadonlyMap<string, Path>): string | undefined {
  if (name === "all") return "a word for all built-in properties";
  if (name === "range" || name === "none") return "a word that traces use instead of a property";
  if (builtInProperties.some((property) => property.name === name)) return "a built-in property";
  return own.has(name) ? "a property of this file" : undefined;
}

function definitionOf({ name, sentence, expr, on, premise }: RawProperty): PropertyDefinition {
  const texts = { expr, ...(premise === undefined ? {} : { premise }) };
  const check =
    on === undefined
      ? { kind: "state" as const, ...texts }
      : { kind: "step" as const, ...texts, ...(on === "step" ? {} : { on }) };
  return { name, sentence: sentence ?? "Its expression in the scenario holds.", checks: [check] };
}
