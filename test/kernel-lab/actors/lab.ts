/** The shared parts of these tests: programs written in a line for each actor, and the model in place of a kernel. */
import { type ActorRun, type ActorsProgram, textOfStep } from "../../../kernel-lab/actors/actors-program.ts";
import { actorsSetups, callsOf } from "../../../kernel-lab/actors/actors-setups.ts";
import type { ObservedEnd } from "../../../kernel-lab/actors/compare-ends.ts";
import { type ModelEnd, modelEnds } from "../../../kernel-lab/actors/model-ends.ts";
import type { TogetherKernel } from "../../../kernel-lab/actors/together-session.ts";
import type { ModelEnding } from "../../../kernel-lab/conform/endings.ts";
import { type LabModel, labModel } from "../../../kernel-lab/conform/model-outcomes.ts";
import { observer } from "../../../kernel-lab/conform/observe-state.ts";
import type { LabSetup, LabStep } from "../../../kernel-lab/lab-program.ts";
import type { Ending, Observation } from "../../../kernel-lab/observation.ts";
import { required } from "../../../src/ir/lookup.ts";
import { type FeatureName, featuresOf } from "../../../src/model/features/catalogue.ts";

export const mostStates = 20_000;

export function setupNamed(name: string): LabSetup {
  return required(
    actorsSetups.find((setup) => setup.name === name),
    name,
  );
}

const models = new Map<string, LabModel>();

/** The model of v6.4 for a setup, without the time limit of the driver. */
export function modelOf(setup: string, without: readonly FeatureName[] = []): LabModel {
  const key = [setup, ...without].join(" ");
  const features = featuresOf("v6.4", { with: [], without: ["driver-gives-up", ...without] });
  const model = models.get(key) ?? labModel(setupNamed(setup), features);
  models.set(key, model);
  return model;
}

/** `first`: steps such as `main: store buf[0]`. `actors`: lines such as `engine: atomic buf[0], device_load buf[0]`. */
export function programOf(name: string, first: readonly string[], actors: readonly string[]): ActorsProgram {
  const setup = setupNamed(name);
  const step = (text: string) => stepOf(setup, text);
  const together = actors.map((line): ActorRun => {
    const [actor = "", operations = ""] = line.split(": ");
    return { actor, calls: operations.split(", ").map((operation) => step(`${actor}: ${operation}`).call) };
  });
  return { setup, prefix: first.map(step), together };
}

function stepOf({ scenario }: LabSetup, text: string): LabStep {
  const steps = scenario.actors.flatMap(({ name, run }) => run.flatMap(callsOf).map((call) => ({ actor: name, call })));
  return required(
    steps.find((step) => textOfStep(step) === text),
    text,
  );
}

/** An end of the model in the form that a kernel gives. */
export function observedEnd(model: LabModel, { state, endings, complaints }: ModelEnd): ObservedEnd {
  const seen = observer(model.machine, model.states)(state) as Pick<Observation, "processes" | "pages" | "devices">;
  return {
    times: 1,
    endings: endings.map((ones) => ones.map(known)),
    observation: { ...seen, ending: { kind: "done" }, complaints },
  };
}

function known(ending: ModelEnding): Ending {
  return ending.kind === "unknown" || ending.kind === "waits" ? { kind: "done" } : ending;
}

/** A kernel that is the model, perhaps without a feature, and shows all its ends. */
export function modelAsKernel(without: readonly FeatureName[] = []): TogetherKernel {
  return async (program) => {
    const model = modelOf(program.setup.name, without);
    const ends = modelEnds(model, program, mostStates)?.ends ?? [];
    return { ends: ends.map((end) => observedEnd(model, end)), failure: undefined };
  };
}
