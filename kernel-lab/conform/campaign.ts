/** A run over many random programs: draws, runs, compares, and shrinks what disagrees. */
import { at } from "../../src/ir/lookup.ts";
import type { FeatureSet } from "../../src/model/features/catalogue.ts";
import type { ProgramRun } from "../guest/protocol.ts";
import type { LabProgram, LabSetup } from "../lab-program.ts";
import { type Compare, comparer, type Disagreement, type Explain, nameOf } from "./compare.ts";
import { type Coverage, countCoverage } from "./coverage.ts";
import { drawPrograms } from "./draw.ts";
import type { Kernel } from "./kernel.ts";
import { labModel } from "./model-outcomes.ts";
import { shrink } from "./shrink.ts";

export interface Found {
  readonly name: string;
  /** The shortest program that shows it, up to the step that does. */
  readonly program: LabProgram;
  readonly disagreement: Disagreement;
  /** In how many programs it was met. */
  times: number;
}

export interface Tally {
  programs: number;
  steps: number;
  /** Single values of the kernel. */
  compared: number;
  readonly coverage: Coverage;
  /** By name. */
  readonly found: Map<string, Found>;
  /** How many steps each reason explains, by its name. */
  readonly explained: Map<string, number>;
}

export interface Campaign {
  readonly setups: readonly LabSetup[];
  readonly features: FeatureSet;
  readonly kernel: Kernel;
  readonly explain: Explain;
  readonly seed: number;
  /** For each setup. */
  readonly programs: number;
  readonly steps: number;
  readonly onProgress: (setup: string, tally: Tally) => void;
  /** `number`: 1 for the first. */
  readonly onFound: (found: Found, number: number) => void;
}

/** So many programs run on the kernel in one go. */
const portionSize = 50;

export async function runCampaign(campaign: Campaign): Promise<Tally> {
  const tally: Tally = {
    programs: 0,
    steps: 0,
    compared: 0,
    coverage: countCoverage(),
    found: new Map(),
    explained: new Map(),
  };
  for (const setup of campaign.setups) await runSetup(campaign, setup, tally);
  return tally;
}

async function runSetup(campaign: Campaign, setup: LabSetup, tally: Tally): Promise<void> {
  const { kernel, features, explain, onProgress } = campaign;
  const compare = comparer(labModel(setup, features), explain);
  const portions = portionsOf(campaign, setup);
  // The kernel runs a portion while the one before is compared.
  let running = runPortion(kernel, portions.next());
  for (let ran = await running; ran !== undefined; ran = await running) {
    running = runPortion(kernel, portions.next());
    for (const [index, program] of ran.programs.entries()) {
      const run = at(ran.runs, index);
      const { compared, disagreement, explained } = compare(program, run);
      tally.programs++;
      tally.steps += run.observations.length;
      tally.compared += compared;
      tally.coverage.add(program, run.observations);
      for (const { name } of explained) tally.explained.set(name, (tally.explained.get(name) ?? 0) + 1);
      if (disagreement === undefined) continue;
      // Only one asks the kernel at a time.
      const next = await running;
      running = Promise.resolve(next);
      await note(campaign, compare, program, disagreement, tally);
    }
    onProgress(setup.name, tally);
  }
}

function* portionsOf(
  { seed, programs, steps }: Campaign,
  setup: LabSetup,
): Generator<readonly LabProgram[], undefined> {
  for (let drawn = 0; drawn < programs; drawn += portionSize)
    yield drawPrograms(setup, {
      seed: seed + drawn,
      count: Math.min(portionSize, programs - drawn),
      length: steps,
    });
}

async function runPortion(kernel: Kernel, next: IteratorResult<readonly LabProgram[], undefined>) {
  if (next.done === true) return undefined;
  return { programs: next.value, runs: await kernel(next.value) };
}

/** Counts a disagreement that is known by its name, and shrinks one that is new. */
async function note(
  { kernel, onFound }: Campaign,
  compare: Compare,
  program: LabProgram,
  disagreement: Disagreement,
  tally: Tally,
): Promise<void> {
  const name = nameOf(program, disagreement);
  const known = tally.found.get(name);
  if (known !== undefined) {
    known.times++;
    return;
  }
  const judge = (candidate: LabProgram, run: ProgramRun | undefined) => {
    const compared = run && compare(candidate, run).disagreement;
    return compared !== undefined && nameOf(candidate, compared) === name ? compared : undefined;
  };
  const cut = { ...program, steps: program.steps.slice(0, disagreement.at + 1) };
  const shortest = await shrink(cut, async (candidates) => {
    const runs = await kernel(candidates);
    return candidates.map((candidate, index) => judge(candidate, runs[index]) !== undefined);
  });
  const [again] = await kernel([shortest]);
  const shown = judge(shortest, again);
  // It may depend on chance. Then the program as it was drawn is kept.
  const found: Found =
    shown === undefined
      ? { name, program: cut, disagreement, times: 1 }
      : { name, program: shortest, disagreement: shown, times: 1 };
  tally.found.set(name, found);
  onFound(found, tally.found.size);
}
