/** `exclusive-check list <what>` */

import { features, featuresOf } from "../../model/features/catalogue.ts";
import { isInEveryKernel, kernelsInWords, kernelsWith } from "../../model/features/feature.ts";
import { listProcedures } from "../../model/procedures.ts";
import { standsFor } from "../../model/releases.ts";
import { operationCatalogue } from "../../model/scenario/operation-catalogue.ts";
import { kernelRows } from "../../model/versions/rows.ts";
import { builtInProperties } from "../../properties/built-in/built-in-properties.ts";
import { jsonText } from "../../reporters/json-text.ts";
import { paragraph } from "../../text/paragraph.ts";
import type { ListName, ListOptions } from "../options/list-options.ts";
import type { Surroundings } from "../surroundings/surroundings.ts";

/** One entry of a list. Fields other than name and sentence appear only in the JSON. */
interface Item {
  readonly name: string;
  readonly sentence: string;
  readonly [detail: string]: unknown;
}

type Loaders = Pick<Surroundings, "loadModel">;

const lists: Readonly<Record<ListName, (loaders: Loaders) => readonly Item[] | Promise<readonly Item[]>>> = {
  kernels: () =>
    kernelRows.map(({ name, sentence }) => {
      const own = features.filter((feature) => !isInEveryKernel(feature) && kernelsWith(feature).includes(name));
      const names = own.map((feature) => feature.name);
      const range = standsFor(name);
      const all = [...featuresOf(name, { with: [], without: [] })];
      const has = names.length === 0 ? "" : ` It has ${names.join(", ")}.`;
      return { name, sentence: `Stands for ${range}. ${sentence}${has}`, range, features: all };
    }),
  features: () =>
    features.map((feature) => ({
      name: feature.name,
      sentence: `${feature.sentence} (${kernelsInWords(feature)})`,
      source: feature.source,
      kernels: kernelsWith(feature),
    })),
  properties: () => builtInProperties.map(({ name, sentence, checks }) => ({ name, sentence, checks })),
  operations: () =>
    operationCatalogue.map(({ name, by, target, sentence }) => ({
      name,
      sentence: `${sentence} (${by}s)`,
      by,
      target,
    })),
  procedures: async ({ loadModel }) => listProcedures((await loadModel()).outlineOperations),
};

export async function listCommand(
  what: ListName,
  { json }: ListOptions,
  { stdout, loadModel }: Pick<Surroundings, "stdout" | "loadModel">,
): Promise<void> {
  const items = await lists[what]({ loadModel });
  stdout.write(json === true ? `${jsonText(items, 2)}\n` : table(items));
}

function table(items: readonly Item[]): string {
  const width = Math.max(...items.map(({ name }) => name.length)) + 2;
  return items
    .flatMap(({ name, sentence }) => paragraph(sentence, " ".repeat(width), name.padEnd(width)))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
