/** Everything that can be chosen, in the words of `list`. */
import { lists } from "../../cli/help/lists.ts";
import type { Catalogue } from "../protocol.ts";
import type { EngineHost } from "./engine-host.ts";

export function catalogue({ version }: Pick<EngineHost, "version">): Catalogue {
  return {
    version,
    kernels: lists.kernels().map(({ name, sentence }) => ({ name, sentence })),
    features: lists.features().map(({ name, sentence, kernels }) => ({ name, sentence, on: kernels })),
    properties: lists.properties().map(({ name, sentence }) => ({ name, sentence })),
  };
}
