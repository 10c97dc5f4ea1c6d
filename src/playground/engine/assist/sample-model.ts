/**
 * A small model of every kind of thing. All models have the names of this one, with the same types; only the actors,
 * processes and devices have other names.
 */
import { buildModel } from "../../../model/build-model.ts";
import { featuresOf } from "../../../model/features/catalogue.ts";
import type { Model } from "../../../model/model.ts";
import type { ActorSpec, Scenario } from "../../../model/scenario/scenario.ts";
import { newestRelease } from "../../../model/versions/rows.ts";

let made: Model | undefined;

export function sampleModel(): Model {
  made ??= buildModel(scenario, featuresOf(newestRelease, { with: [], without: [] }));
  return made;
}

function actor(name: string, operation: string, device?: string): ActorSpec {
  const call = { operation, target: { kind: "pages", vma: "buf", first: 0, count: 1 } } as const;
  const kind = device === undefined ? "thread" : "engine";
  return { name, kind, process: "app", device, run: [{ kind: "operation", call }] };
}

const scenario: Scenario = {
  system: {
    pages: 1,
    swap: 1,
    memory: "enough",
    processes: [
      {
        name: "app",
        forkedFrom: undefined,
        vmas: [{ name: "buf", pages: 1, flags: ["read", "write"], backing: "anonymous", folio: 1, pmdMapped: false }],
      },
    ],
    devices: [{ name: "gpu", driver: "nouveau", memory: 0 }],
  },
  initially: [],
  actors: [actor("writer", "store"), actor("pinner", "pin"), actor("engine", "atomic", "gpu")],
};
