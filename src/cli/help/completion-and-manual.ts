/** Texts that are made from the help of all commands: scripts for shells, and the manual page. */
import type { Command } from "commander";
import { storeNames } from "../../memory/memory-plan.ts";
import { features } from "../../model/features/catalogue.ts";
import { operationCatalogue } from "../../model/scenario/operation-catalogue.ts";
import { kernelVersions } from "../../model/versions/rows.ts";
import { builtInProperties } from "../../properties/built-in/built-in-properties.ts";
import { reporters } from "../../reporters/registry.ts";
import { listNames } from "../options/list-options.ts";
import { exitCodeMeanings } from "../surroundings/exit-code.ts";
import { completionScript, type Shell, shells } from "./completion.ts";
import { helpOf } from "./help-data.ts";
import { type ManualTexts, manualPage } from "./manual-page.ts";

export function completionOrManual(
  what: Shell | "man",
  program: Command,
  { version, examples }: Pick<ManualTexts, "version" | "examples">,
): string {
  const commands = helpOf(program, choices);
  if (what !== "man") return completionScript(what, commands);
  return manualPage(commands, { version, examples, description: program.description(), exitCodes: exitCodeMeanings });
}

const featureNames = features.map(({ name }) => name);
const propertyNames = builtInProperties.map(({ name }) => name);

/** Values that Commander does not know, by option or by the argument's name. */
const choices: Readonly<Record<string, readonly string[]>> = {
  "--kernel": kernelVersions,
  "--with": featureNames,
  "--without": featureNames,
  "--property": propertyNames,
  "--store": storeNames,
  "--reporter": reporters.map(({ name }) => name),
  what: listNames,
  shell: shells,
  // Procedures have names too, but finding them all takes too long here.
  name: [...propertyNames, ...operationCatalogue.map(({ name }) => name), ...featureNames],
};
