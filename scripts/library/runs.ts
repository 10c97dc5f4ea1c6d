/** The shipped scenarios, each under each of its kernels. */
import { readdirSync } from "node:fs";
import { type Prepared, prepare } from "../../src/check/prepare.ts";
import type { Program, Symmetry } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import type { KernelRun, Spec } from "../../src/spec/spec.ts";

export const specFiles: readonly string[] = readdirSync("specs")
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => `specs/${name}`);

/** A scenario under one kernel, named so that another thread finds it again. */
export interface RunName {
  readonly file: string;
  /** The position among the file's kernels. */
  readonly position: number;
}

export interface Run extends RunName {
  readonly spec: Spec;
  readonly run: KernelRun;
}

export function runsOf(files: readonly string[]): readonly Run[] {
  return files.flatMap((file) => {
    const spec = loadSpec(file);
    return spec.kernels.map((run, position) => ({ file, position, spec, run }));
  });
}

let library: readonly Run[] | undefined;

/** The runs of all shipped scenarios, which are read once. */
export function libraryRuns(): readonly Run[] {
  library ??= runsOf(specFiles);
  return library;
}

const loaded = new Map<string, Spec>();

export function findRun({ file, position }: RunName): Run {
  const spec = loaded.get(file) ?? loadSpec(file);
  loaded.set(file, spec);
  const run = spec.kernels[position];
  if (run === undefined) throw new Error(`${file} has no kernel number ${position}`);
  return { file, position, spec, run };
}

export function titleOf({ spec, run }: Pick<Run, "spec" | "run">): string {
  const changes = [...run.with.map((name) => `with ${name}`), ...run.without.map((name) => `without ${name}`)];
  return [`${spec.name} on ${run.kernel}`, ...changes].join(" ");
}

/** The input of a search. States that must be reachable come after the properties. */
export interface Question {
  readonly program: Program;
  readonly properties: readonly Property[];
  /** The names, in the same order. */
  readonly names: readonly string[];
  /** How many of them are properties. */
  readonly promised: number;
  /** The symmetries of the program for which every property is proved the same in symmetric states. */
  readonly symmetries: readonly Symmetry[];
}

export function questionOf({ spec, run }: Pick<Run, "spec" | "run">, build: typeof buildModel = buildModel): Question {
  return questionIn(prepare({ buildModel: build }, spec, run.kernel, run));
}

export function questionIn({ program, properties, sometimes, symmetries }: Prepared): Question {
  const asked = [...properties.map(({ property }) => property), ...sometimes];
  return { program, properties: asked, names: asked.map(({ name }) => name), promised: properties.length, symmetries };
}

/** The names of the properties that the scenario expects to be violated; undefined if it expects nothing. */
export function expectedViolations({ expected }: KernelRun): readonly string[] | undefined {
  if (expected === undefined) return undefined;
  return expected.verdict === "holds" ? [] : expected.properties;
}
