/** The shared parts of the laboratory's tests: setups and models by name, programs in a line each. */
import { comparer, nameOf } from "../../../kernel-lab/conform/compare.ts";
import { drawPrograms } from "../../../kernel-lab/conform/draw.ts";
import type { Kernel } from "../../../kernel-lab/conform/kernel.ts";
import { type LabModel, labModel } from "../../../kernel-lab/conform/model-outcomes.ts";
import { setups } from "../../../kernel-lab/conform/setups.ts";
import type { LabProgram, LabSetup, LabStep } from "../../../kernel-lab/lab-program.ts";
import { at, required } from "../../../src/ir/lookup.ts";
import { type FeatureName, featuresOf } from "../../../src/model/features/catalogue.ts";
import { textOf } from "../../../src/model/operations.ts";

export function setupNamed(name: string): LabSetup {
  return required(
    setups.find((setup) => setup.name === name),
    name,
  );
}

const models = new Map<string, LabModel>();

/** The model of v6.4 for a setup, perhaps without a feature. Its programs take time to build, so it is made once. */
export function modelOf(setup: string, without: readonly FeatureName[] = []): LabModel {
  const key = [setup, ...without].join(" ");
  const model = models.get(key) ?? labModel(setupNamed(setup), featuresOf("v6.4", { with: [], without }));
  models.set(key, model);
  return model;
}

/** From lines such as `main store buf[0]`. */
export function programOf(setup: string, ...lines: readonly string[]): LabProgram {
  return { setup: setupNamed(setup), steps: lines.map((line) => stepOf(setup, line)) };
}

function stepOf(setup: string, line: string): LabStep {
  const steps = setupNamed(setup).scenario.actors.flatMap((actor) =>
    actor.run.flatMap((item) => (item.kind === "operation" ? [{ actor: actor.name, call: item.call }] : [])),
  );
  return required(
    steps.find((step) => lineOf(step) === line),
    line,
  );
}

export function lineOf({ actor, call }: LabStep): string {
  return `${actor} ${textOf(call)}`;
}

/** Draws programs in portions until the kernel disagrees with the model: the program, and what it is about. */
export async function firstDisagreement(model: LabModel, kernel: Kernel, most: number) {
  const compare = comparer(model);
  const portion = 10;
  for (let drawn = 0; drawn < most; drawn += portion) {
    const programs = drawPrograms(model.setup, { seed: drawn, count: portion, length: 20 });
    const observed = await kernel(programs);
    for (const [index, program] of programs.entries()) {
      const { disagreement } = compare(program, at(observed, index));
      if (disagreement !== undefined) return { program, disagreement, name: nameOf(program, disagreement) };
    }
  }
  return undefined;
}
