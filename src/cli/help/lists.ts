/** What can be listed, and what each thing is in a sentence. */
import { features, featuresOf } from "../../model/features/catalogue.ts";
import { isInEveryKernel, kernelsInWords, kernelsWith } from "../../model/features/feature.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";
import { listProcedures } from "../../model/procedures.ts";
import { standsFor } from "../../model/releases.ts";
import { operationCatalogue } from "../../model/scenario/operation-catalogue.ts";
import { type KernelRow, kernelRows } from "../../model/versions/rows.ts";
import { builtInProperties } from "../../properties/built-in/built-in-properties.ts";
import type { ListName } from "../options/list-options.ts";

/** One entry of a list. Fields other than name and sentence appear only in the JSON. */
export interface Item {
  readonly name: string;
  readonly sentence: string;
  readonly [detail: string]: unknown;
}

/** The procedures need the model, which takes long to load. */
export const lists = {
  kernels: () =>
    kernelRows.map((row) => {
      const { name } = row;
      const own = features.filter((feature) => !isInEveryKernel(feature) && kernelsWith(feature).includes(name));
      const names = own.map((feature) => feature.name);
      const all = [...featuresOf(name, { with: [], without: [] })];
      const has = names.length === 0 ? "" : ` It has ${names.join(", ")}.`;
      return { name, sentence: `${kernelSentence(row)}${has}`, range: standsFor(name), features: all };
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
  procedures: ({ outlineOperations }: ModelBuilder) => listProcedures(outlineOperations),
} as const satisfies Readonly<Record<ListName, (model: ModelBuilder) => readonly Item[]>>;

export function kernelSentence({ name, sentence }: KernelRow): string {
  return `Stands for ${standsFor(name)}. ${sentence}`;
}
