/** Runs SPIN on an exported program and reads its answer. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { PromelaExport } from "../../src/export/promela/export-promela.ts";
import { missingCommand } from "./missing-command.ts";

export interface SpinAnswer {
  readonly states: number;
  /** Without the initial state, which SPIN counts as reached by a transition. */
  readonly transitions: number;
  /** By property: the length of the first violation that SPIN reports; in a breadth-first search, of a shortest one. */
  readonly violations: ReadonlyMap<string, number>;
  readonly rangeError: boolean;
}

export interface SpinOptions {
  readonly breadthFirst?: boolean;
  /** Options of the C compiler. */
  readonly optimise?: "-O0" | "-O2";
  /** A folder for the files that SPIN and the compiler write. */
  readonly folder: string;
}

const compilerFlags = ["-w", "-DNOREDUCE", "-DVECTORSZ=8192", "-DMEMLIM=8000"];

/** Why SPIN cannot run here; undefined if it can. */
export function spinMissing(): string | undefined {
  return missingCommand(
    [
      ["spin", "-V"],
      ["gcc", "--version"],
    ],
    "spin gcc",
  );
}

/** The properties that SPIN finds violated by a run that goes round for ever. */
export function askSpinForLoops(exported: PromelaExport, { folder, optimise }: SpinOptions): readonly string[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.pml`, exported.text);
  return [...exported.loops].filter(([, macro]) => hasLoop(macro, folder, optimise)).map(([name]) => name);
}

function hasLoop(macro: string, folder: string, optimise: SpinOptions["optimise"]): boolean {
  run("spin", [`-D${macro}`, "-a", "model.pml"], folder);
  run("gcc", [optimise ?? "-O2", ...compilerFlags, "-o", "pan", "pan.c"], folder);
  // -A and -E: neither assertions nor deadlocks end the search.
  const output = run("./pan", ["-a", "-A", "-E", "-m1000000", "-w22"], folder);
  const [, errors] = /errors: (\d+)/.exec(output) ?? [];
  const isFound = /^pan:1: acceptance cycle /m.test(output);
  if (/^error: /m.test(output) || errors !== (isFound ? "1" : "0")) throw new Error(`SPIN says: ${output}`);
  return isFound;
}

/** Explores everything, even after a violation. */
export function askSpin(exported: PromelaExport, { breadthFirst, optimise, folder }: SpinOptions): SpinAnswer {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.pml`, exported.text);
  run("spin", [...(breadthFirst === true ? ["-DBREADTH_FIRST"] : []), "-a", "model.pml"], folder);
  const flags = ["-DSAFETY", ...compilerFlags];
  run("gcc", [optimise ?? "-O2", ...flags, ...(breadthFirst === true ? ["-DBFS"] : []), "-o", "pan", "pan.c"], folder);
  return readAnswer(run("./pan", ["-c0", "-m1000000", "-w22"], folder), exported);
}

function readAnswer(output: string, { flags, deadlocks }: PromelaExport): SpinAnswer {
  const count = (what: RegExp): number => Number(what.exec(output)?.[1] ?? Number.NaN);
  const byFlag = new Map([...flags].map(([name, flag]) => [flag, name]));
  const violations = new Map<string, number>();
  let rangeError = false;
  for (const [line, says = "", depth] of output.matchAll(/^(?:pan:\d+: (.*) \(at depth (\d+)\)|error: .*)$/gm)) {
    const [, flag] = /^assertion violated \(*(\w+)\)*$/.exec(says) ?? [];
    const name = byFlag.get(flag ?? "");
    if (name !== undefined) note([name], Number(depth) + 1);
    else if (says === "invalid end state") note(deadlocks, Number(depth));
    else if (flag === "ok_range") rangeError = true;
    // A blocked sequence, an index out of its array or a search that was cut off: the export or its use is wrong.
    else throw new Error(`SPIN says: ${line}`);
  }
  function note(names: readonly string[], length: number): void {
    for (const name of names) if (!violations.has(name)) violations.set(name, length);
  }
  return { states: count(/(\d+) states, stored/), transitions: count(/(\d+) transitions/) - 1, violations, rangeError };
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "pipe"] });
}
