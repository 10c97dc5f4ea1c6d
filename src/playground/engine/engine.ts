/** The engine of the page, put together from its parts. */
import { buildModelInTurns, outlineOperations, recordScenario } from "../../model/build-model.ts";
import type { PackedPackage } from "../messages.ts";
import type { Engine } from "../protocol.ts";
import { catalogue } from "./catalogue.ts";
import { complete } from "./complete.ts";
import type { EngineHost } from "./engine-host.ts";
import { hover } from "./hover.ts";
import { read } from "./read.ts";

export function createEngine({ version }: PackedPackage): Engine {
  const host: EngineHost = { version, buildModel: buildModelInTurns, outlineOperations, recordScenario };
  return {
    catalogue: async () => catalogue(host),
    read: (source) => read(source, host),
    offers: () => missing("offers"),
    check: () => missing("check"),
    stop: () => missing("stop"),
    procedures: () => missing("procedures"),
    why: () => missing("why"),
    explore: () => missing("explore"),
    openTrace: () => missing("openTrace"),
    convert: () => missing("convert"),
    complete: async (source, offset) => complete(source, offset),
    hover: async (source, offset) => hover(source, offset),
  };
}

function missing(method: keyof Engine): Promise<never> {
  return Promise.reject(new Error(`this build has no ${method}`));
}
