/** A kernel that is the model itself, perhaps with other features or with an edit. It takes one of its possible ways. */

import { at, required } from "../../src/ir/lookup.ts";
import type { Observation } from "../observation.ts";
import type { Kernel } from "./kernel.ts";
import type { LabModel } from "./model-outcomes.ts";
import { observer } from "./observe-state.ts";

/** `choose`: a number below its argument. */
export function standInKernel(models: ReadonlyMap<string, LabModel>, choose: (below: number) => number): Kernel {
  const observers = new Map([...models].map(([name, model]) => [name, observer(model.machine, model.states)]));
  return async (programs) =>
    programs.map(({ setup, steps }) => {
      const model = required(models.get(setup.name), setup.name);
      const observe = required(observers.get(setup.name), setup.name);
      let state = model.states.start;
      const observations = steps.map((step): Observation => {
        const outcomes = model.outcomes(state, step);
        const { ending, complaints, ...end } = at(outcomes, choose(outcomes.length));
        state = end.state;
        const known = ending.kind === "unknown" || ending.kind === "waits" ? ({ kind: "done" } as const) : ending;
        // What the model does not have is compared with nothing.
        return {
          ...(observe(state) as Pick<Observation, "processes" | "pages" | "devices">),
          ending: known,
          complaints,
        };
      });
      return { observations, complaintsAtEnd: [], failure: undefined };
    });
}
