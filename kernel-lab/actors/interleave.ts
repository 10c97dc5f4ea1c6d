/** A run over many random programs: draws, searches, runs, compares, and shrinks what disagrees. */
import type { FeatureSet } from "../../src/model/features/catalogue.ts";
import type { Explain } from "../conform/compare.ts";
import { type LabModel, labModel } from "../conform/model-outcomes.ts";
import type { LabSetup } from "../lab-program.ts";
import type { ActorsProgram } from "./actors-program.ts";
import {
  type CompareEnds,
  type EndsComparison,
  endsComparer,
  nameOfUnreached,
  type UnreachedEnd,
} from "./compare-ends.ts";
import { drawActors } from "./draw-actors.ts";
import { type ModelEnds, modelEnds } from "./model-ends.ts";
import { shrinkActors } from "./shrink-actors.ts";
import type { TogetherKernel } from "./together-session.ts";

export interface Found {
  readonly name: string;
  /** The smallest program that shows it. If it has one actor, it shows in a sequence of operations. */
  readonly program: ActorsProgram;
  readonly unreached: UnreachedEnd;
  /** How often the smallest program was run, and how often it ended so. */
  readonly repetitions: number;
  /** In how many programs it was met. */
  programs: number;
}

/** How much of one program was seen. */
export interface Covered {
  readonly program: ActorsProgram;
  readonly model: LabModel;
  readonly states: number;
  readonly comparison: EndsComparison;
}

export interface Tally {
  programs: number;
  repetitions: number;
  /** Programs with too many states. */
  skipped: number;
  readonly covered: Covered[];
  readonly found: Map<string, Found>;
  /** Programs that the kernel did not survive, or in which an actor did not end. */
  readonly failures: { readonly program: ActorsProgram; readonly failure: string }[];
}

export interface Interleave {
  readonly setups: readonly LabSetup[];
  readonly features: FeatureSet;
  readonly kernel: TogetherKernel;
  readonly explain: Explain;
  readonly seed: number;
  /** For each setup. */
  readonly programs: number;
  readonly actors: number;
  readonly repetitions: number;
  readonly mostStates: number;
  readonly onProgress: (setup: string, tally: Tally) => void;
  /** `number`: 1 for the first. */
  readonly onFound: (found: Found, number: number) => void;
}

/** A program with a single end is run this many times less often. */
const lessForOneEnd = 10;
const leastRepetitions = 20;
/** While a program is shrunk, it runs so often that it should show the disagreement as many times as this. */
const timesToShow = 5;
const mostRepetitions = 3000;

export async function interleave(run: Interleave): Promise<Tally> {
  const tally: Tally = { programs: 0, repetitions: 0, skipped: 0, covered: [], found: new Map(), failures: [] };
  for (const setup of run.setups) await runSetup(run, setup, tally);
  return tally;
}

interface OfSetup {
  readonly run: Interleave;
  readonly model: LabModel;
  readonly compare: CompareEnds;
  readonly tally: Tally;
}

async function runSetup(run: Interleave, setup: LabSetup, tally: Tally): Promise<void> {
  const model = labModel(setup, run.features);
  const of = { run, model, compare: endsComparer(model, run.explain), tally };
  const programs = drawActors(setup, { seed: run.seed, count: run.programs, actors: run.actors });
  // The model is searched for a program while the kernel runs the one before.
  let waiting: Promise<void> = Promise.resolve();
  for (const program of programs) {
    const ends = modelEnds(model, program, run.mostStates);
    await waiting;
    if (ends === undefined) {
      tally.skipped++;
      waiting = Promise.resolve();
    } else waiting = runProgram(of, program, ends);
  }
  await waiting;
}

async function runProgram(of: OfSetup, program: ActorsProgram, ends: ModelEnds): Promise<void> {
  const { run, model, compare, tally } = of;
  const single = compare(program, ends.ends, []).reachable.length === 1;
  const times = single ? Math.max(leastRepetitions, Math.ceil(run.repetitions / lessForOneEnd)) : run.repetitions;
  const { ends: observed, failure } = await run.kernel(program, { times, seed: run.seed + tally.programs });
  tally.programs++;
  if (failure === undefined) {
    tally.repetitions += times;
    const comparison = compare(program, ends.ends, observed);
    tally.covered.push({ program, model, states: ends.states, comparison });
    for (const unreached of comparison.unreached) await note(of, program, unreached, times);
  } else tally.failures.push({ program, failure });
  run.onProgress(program.setup.name, tally);
}

/** Counts a disagreement that is known by its name, and shrinks one that is new. */
async function note(of: OfSetup, program: ActorsProgram, unreached: UnreachedEnd, times: number): Promise<void> {
  const { run, tally } = of;
  const name = nameOfUnreached(program, unreached);
  const known = tally.found.get(name);
  if (known !== undefined) {
    known.programs++;
    return;
  }
  const about = aboutOf(name);
  const often = Math.min(
    mostRepetitions,
    Math.max(leastRepetitions, Math.ceil((timesToShow * times) / unreached.observed.times)),
  );
  let found: Found = { name, program, unreached, repetitions: times, programs: 1 };
  await shrinkActors(program, async (candidate) => {
    const shown = await showing(of, candidate, about, often);
    if (shown !== undefined) found = { name, program: candidate, unreached: shown, repetitions: often, programs: 1 };
    return shown !== undefined;
  });
  tally.found.set(name, found);
  run.onFound(found, tally.found.size);
}

/** What a name says of the values that differ. A smaller program has fewer operations in its name. */
function aboutOf(name: string): string {
  return name.slice(name.indexOf(": "));
}

async function showing(
  { run, model, compare }: OfSetup,
  program: ActorsProgram,
  about: string,
  times: number,
): Promise<UnreachedEnd | undefined> {
  const ends = modelEnds(model, program, run.mostStates);
  if (ends === undefined) return undefined;
  const { ends: observed } = await run.kernel(program, { times, seed: run.seed });
  return compare(program, ends.ends, observed).unreached.find(
    (unreached) => aboutOf(nameOfUnreached(program, unreached)) === about,
  );
}
