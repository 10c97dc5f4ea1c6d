/** The contenders that are measured on a model, and how our checker is run. */
import type { Program } from "../src/ir/program.ts";
import type { Property } from "../src/ir/property.ts";
import type { MeasuredRun } from "./measured-run.ts";
import { modelFile, searchOnce } from "./search-process.ts";

export interface Outcome extends MeasuredRun {
  readonly states: number;
  /** Without the initial state. */
  readonly transitions: number;
}

/**
 * What a contender explores: all states; one representative of the states that differ by a permutation of threads; or
 * the states that it considers enough for the verdict. Contenders that explore the same have the same counts, except in
 * the last case, in which each contender decides for itself.
 */
export type Visits = "every state" | "one representative" | "enough";

export interface Contender {
  readonly name: string;
  readonly visits: Visits;
  /** Builds it, and returns a function that runs it once. */
  readonly prepare: () => () => Promise<Outcome>;
}

/** The same model for every contender. */
export interface Subject {
  readonly name: string;
  readonly program: Program;
  readonly properties: readonly Property[];
  /** How many places the hash table of a peer has, so that the state space fits. */
  readonly tableLog2: number;
  readonly promela: {
    /** A file in bench/peers. */
    readonly file: string;
    /** SPIN's options to translate it. */
    readonly flags: readonly string[];
  };
  readonly murphi: {
    /** A file in bench/peers. */
    readonly file: string;
    /** By name: constants of the model, with values that replace those in the file. */
    readonly constants: Readonly<Record<string, number>>;
  };
}

/** Another checker, which is perhaps not installed. */
export interface Peer {
  /** The name for --without. */
  readonly name: string;
  /** What it lacks, and how to install that; undefined if it can run. */
  readonly missing: () => string | undefined;
  /** Each contender builds in a folder of its own, inside this directory. */
  readonly contenders: (subject: Subject, directory: string) => readonly Contender[];
}

export function ours({ name, program, properties }: Subject, directory: string): readonly Contender[] {
  const contender = (label: string, visits: Visits, ...args: readonly string[]): Contender => ({
    name: `exclusive-check, ${label}`,
    visits,
    prepare: () => {
      const model = modelFile(`${directory}/model-${name}`, program, properties);
      return () => searchOnce(model, ...args);
    },
  });
  const whole = [
    contender("1 worker", "every state", "--workers", "1"),
    contender("2 workers", "every state", "--workers", "2"),
    contender("1 worker, tree store", "every state", "--workers", "1", "--store", "tree"),
  ];
  if (program.symmetries.length === 0) return whole;
  return [...whole, contender("1 worker, symmetry", "one representative", "--workers", "1", "--symmetry")];
}
