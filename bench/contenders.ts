/** Who is measured on a model that ours and the peers have, and how ours is run. */
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
 * What a contender looks at: everything; one representative of the states that differ by a permutation of threads; or what it thinks
 * enough for the verdict. Those that look at the same count the same, except that what is enough is everybody's own.
 */
export type Visits = "every state" | "one representative" | "enough";

export interface Contender {
  readonly name: string;
  readonly visits: Visits;
  /** Builds it; what comes back runs it once. */
  readonly prepare: () => () => Promise<Outcome>;
}

/** The same model, for everybody. */
export interface Subject {
  readonly name: string;
  readonly program: Program;
  readonly properties: readonly Property[];
  /** How many places a peer's hash table has, so that the state space fits. */
  readonly tableLog2: number;
  readonly promela: {
    /** In bench/peers. */
    readonly file: string;
    /** What SPIN is told to translate it. */
    readonly flags: readonly string[];
  };
  readonly murphi: {
    /** In bench/peers. */
    readonly file: string;
    /** By name, the constants of the model that are to have another value than in the file. */
    readonly constants: Readonly<Record<string, number>>;
  };
}

/** Another checker, which may be installed or not. */
export interface Peer {
  /** As in --without. */
  readonly name: string;
  /** What it needs, and how to install that; undefined where all is there. */
  readonly missing: () => string | undefined;
  /** Each builds in a folder of its own, in this directory. */
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
  ];
  if (program.symmetries.length === 0) return whole;
  return [...whole, contender("1 worker, symmetry", "one representative", "--workers", "1", "--symmetry")];
}
