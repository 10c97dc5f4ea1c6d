import type { StepNode } from "../ir/recorder.ts";
import type { ActorChange } from "./build-model.ts";
import type { FeatureSet } from "./features/catalogue.ts";
import type { Model, ModelNames } from "./model.ts";
import type { Scenario } from "./scenario/scenario.ts";

/** What builds the model: the real one, or in tests a small stand-in. It is passed in because it takes long to load. */
export interface ModelBuilder {
  /**
   * The program of a scenario under a kernel's features. A builder that lets the event loop turn gives a promise, which
   * rejects with the signal's reason. Throws a ScenarioError if something of `initially` cannot happen. `change` edits
   * what was recorded of each actor.
   */
  readonly buildModel: (
    scenario: Scenario,
    features: FeatureSet,
    signal?: AbortSignal,
    change?: ActorChange,
  ) => Model | Promise<Model>;
  /** The names of that program and of its state, to compile expressions for them, in a fraction of the time. */
  readonly nameModel: (
    scenario: Scenario,
    features: FeatureSet,
    signal?: AbortSignal,
  ) => ModelNames | Promise<ModelNames>;
  /** Shows `change` all that a build would show it, in a fraction of the time. */
  readonly recordScenario: (scenario: Scenario, features: FeatureSet, change: ActorChange) => void;
  /** The steps of a scenario's operations by the operation's name, or those of the operation `only`. */
  readonly outlineOperations: (
    scenario: Scenario,
    features: FeatureSet,
    only?: string,
    bodies?: "recorded" | "left out",
  ) => ReadonlyMap<string, readonly StepNode[]>;
}
