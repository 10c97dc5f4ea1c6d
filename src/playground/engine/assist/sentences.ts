/** A sentence for each name that the catalogue has, in the words of `list`. */
import { kernelSentence, lists } from "../../../cli/help/lists.ts";
import { driverTraits } from "../../../model/scenario/drivers.ts";

import { kernelRanges, kernelsIn } from "../../../model/versions/ranges.ts";
import { kernelRows } from "../../../model/versions/rows.ts";
import { sampleModel } from "./sample-model.ts";

const byName = (items: readonly { readonly name: string; readonly sentence: string }[]): ReadonlyMap<string, string> =>
  new Map(items.map(({ name, sentence }) => [name, sentence]));

export const featureSentences = byName(lists.features());
export const propertySentences = byName(lists.properties());

/** By the keys of `kernels`, ranges too. */
export const kernelSentences: ReadonlyMap<string, string> = new Map([
  ...kernelRows.map((row): [string, string] => [row.name, kernelSentence(row)]),
  ...kernelRanges.map((range): [string, string] => [range, `${kernelsIn(range).join(", ")}.`]),
]);

/** By the name of an event. */
export function eventSentences(): ReadonlyMap<string, string> {
  return new Map(sampleModel().program.events.map(({ name, note }) => [name, note]));
}

export const driverSentences: ReadonlyMap<string, string> = new Map(
  Object.entries(driverTraits).map(([name, { sentence }]) => [name, sentence]),
);
