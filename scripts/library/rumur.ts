/** Builds Rumur's checker for a Murphi model and reads its answer. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { missingCommand } from "./missing-command.ts";

export interface RumurOptions {
  readonly model: URL;
  /** By name: constants of the model, with values that replace those in the file. */
  readonly constants: Readonly<Record<string, number>>;
  /**
   * Symmetry of scalarsets. The heuristic sorts a state and may leave several representatives. The exhaustive search
   * tries all permutations and leaves one.
   */
  readonly symmetry: "off" | "heuristic" | "exhaustive";
  readonly threads: number;
  /** Whether a state's predecessor and rule take only the bits that they need. This saves memory and costs time. */
  readonly packed: boolean;
  /** How many places its hash table has at first. It grows when three quarters of them are taken. */
  readonly tableLog2: number;
  /** Options of the C compiler. */
  readonly optimise: readonly string[];
  /** A folder for the files that Rumur and the compiler write. */
  readonly folder: string;
}

export interface RumurAnswer {
  readonly states: number;
  /** A rule is fired once for each state and value of its parameters for which its guard holds: our transitions. */
  readonly transitions: number;
}

/**
 * The bytes from which Rumur makes a table of this many places. Rumur divides them by the size of a pointer and by the
 * size of a state with its predecessor and rule, and takes the next power of two below. The number is right for states
 * of 13 to 24 bytes packed and 25 to 48 unpacked, as in the peers' models.
 */
const bytesPerPlace = { packed: 8 * 24, unpacked: 8 * 48 };

/** Why Rumur cannot run here; undefined if it can. */
export function rumurMissing(): string | undefined {
  return missingCommand(
    [
      ["rumur", "--version"],
      ["gcc", "--version"],
    ],
    "rumur gcc",
  );
}

/** Gives the file to run, which takes no arguments. */
export function buildRumur(options: RumurOptions): string {
  const { folder, symmetry, threads, packed, tableLog2 } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.m`, withConstants(readFileSync(options.model, "utf8"), options.constants));
  const flags = {
    "symmetry-reduction": symmetry,
    // Records which element became which, for traces.
    "scalarset-schedules": symmetry === "off" ? "off" : "on",
    threads: String(threads),
    "pack-state": packed ? "on" : "off",
    "set-capacity": String(2 ** tableLog2 * bytesPerPlace[packed ? "packed" : "unpacked"]),
    // A deadlock is a state in which no rule can fire. By default it also reports states in which rules change nothing.
    "deadlock-detection": "stuck",
    "output-format": "machine-readable",
    output: "checker.c",
  };
  const named = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  execFileSync("rumur", ["--quiet", ...named, "model.m"], { cwd: folder });
  execFileSync("gcc", ["-std=c11", "-w", ...options.optimise, "-o", "checker", "checker.c", "-lpthread"], {
    cwd: folder,
  });
  return `${folder}/checker`;
}

/** A Murphi model takes no values from the command line. */
export function withConstants(model: string, constants: Readonly<Record<string, number>>): string {
  let text = model;
  for (const [name, value] of Object.entries(constants)) {
    const declaration = new RegExp(`\\b${name}: *\\d+;`);
    if (!declaration.test(text)) throw new Error(`the model has no constant ${name}; expected "${name}: <number>;"`);
    text = text.replace(declaration, `${name}: ${value};`);
  }
  return text;
}

/** Reads what the checker prints: progress, errors if there are any, and a summary. */
export function readRumur(output: string): RumurAnswer {
  const [, attributes] = /<summary ([^>]*)\/>/.exec(output) ?? [];
  if (attributes === undefined) throw new Error(`Rumur printed no summary: ${output.slice(-1000)}`);
  const number = (name: string): number =>
    Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? Number.NaN);
  if (number("errors") !== 0)
    throw new Error(`Rumur found an error, or printed no number of errors: ${output.slice(-1000)}`);
  return { states: number("states"), transitions: number("rules_fired") };
}
