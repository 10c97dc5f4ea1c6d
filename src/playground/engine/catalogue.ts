/** Everything that can be chosen, in the words of `list`. */
import { kernelSentence, lists } from "../../cli/help/lists.ts";
import { kernelRows } from "../../model/versions/rows.ts";
import type { Catalogue } from "../protocol.ts";
import type { EngineHost } from "./engine-host.ts";

export function catalogue({ version }: Pick<EngineHost, "version">): Catalogue {
  return {
    version,
    // Without the names of their features: each feature says on which kernels it is on.
    kernels: kernelRows.map((row) => ({ name: row.name, sentence: kernelSentence(row) })),
    features: lists.features().map(({ name, sentence, kernels }) => ({ name, sentence, on: kernels })),
    properties: lists.properties().map(({ name, sentence }) => ({ name, sentence })),
  };
}
