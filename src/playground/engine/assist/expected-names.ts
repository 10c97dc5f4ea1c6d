/** Names that a place of a scenario expects: of its actors, processes, devices, pages and properties. */
import { findOperation, onlyAnonymous, onlyFiles } from "../../../model/scenario/operation-catalogue.ts";
import { builtInProperties } from "../../../properties/built-in/built-in-properties.ts";
import type { Path } from "../../../spec/source-file.ts";
import type { Names, Vma } from "./names.ts";
import { type Option, option } from "./option.ts";
import { textsOf, valueAt } from "./read.ts";
import { eventSentences, propertySentences } from "./sentences.ts";

/** Undefined if the place expects no name of the scenario. */
export function expectedNames(path: Path, scenario: unknown, names: Names): readonly Option[] | undefined {
  const [top, second, third] = path;
  const key = path.findLast((segment) => typeof segment === "string");
  switch (top) {
    case "initially":
      if (path.length !== 3) return undefined;
      if (key === "actor") return names.actors.map((name) => describeActor(name, names));
      return targetsOf(String(key), names.processOf(String(valueAt(scenario, [top, second ?? 0, "actor"]))), names);
    case "actors":
      if (third === "run") return targetsOf(String(key), names.processOf(String(second)), names);
      return namesOfActor(String(second), String(third), names);
    case "kernels":
      return third === "violates" ? checkedProperties(scenario, names) : undefined;
    case "properties":
      return path.length === 3 && third === "on" ? [...everyStep, ...events()] : undefined;
    default:
      return undefined;
  }
}

/** Names that the scenario uses before it defines them. */
export function undefinedNames(path: Path, names: Names): readonly string[] {
  if (path.length === 1 && path[0] === "actors") return names.undefined.actors;
  return path.length === 2 && path[1] === "devices" ? names.undefined.devices : [];
}

export function describeActor(name: string, names: Names): Option {
  const process = names.processOf(name);
  const kind = names.isEngine(name) ? "an engine" : "a thread";
  return option(name, process === undefined ? `${kind}.` : `${kind} of ${process}.`);
}

function namesOfActor(actor: string, key: string, names: Names): readonly Option[] | undefined {
  switch (key) {
    case "process":
      return names.processes.map((name) =>
        option(name, names.forked.includes(name) ? "A process that a fork makes." : "A process of the system."),
      );
    case "device":
      return names.devices.map((name) => option(name, "A device of the system."));
    case "after":
      return names.actors.filter((name) => name !== actor).map((name) => describeActor(name, names));
    default:
      return undefined;
  }
}

function targetsOf(operation: string, process: string | undefined, names: Names): readonly Option[] | undefined {
  const entry = findOperation(operation);
  if (entry === undefined) return undefined;
  const vmas = names.vmasOf(process).filter((vma) => fits(operation, vma));
  const whole = vmas.map(({ name, pages }) =>
    option(name, `The whole VMA: ${pages === 1 ? "1 page" : `${pages} pages`}.`),
  );
  const pages = vmas.flatMap((vma) =>
    Array.from({ length: vma.pages }, (_, page) => option(`${vma.name}[${page}]`, `Page ${page} of the VMA.`)),
  );
  switch (entry.target) {
    case "page":
      return pages;
    case "pages":
      return [...pages, ...whole];
    case "vma":
      return whole;
    case "process":
      return (names.forked.length === 0 ? ["child"] : names.forked).map((name) => option(name, "The new process."));
    case "self":
      return process === undefined ? [] : [option(process, "The actor's own process.")];
    case "move":
      return vmas.flatMap((from) =>
        vmas
          .filter((to) => to !== from && to.pages === from.pages)
          .map((to) => option(`${from.name} -> ${to.name}`, `Moves ${from.name} to the addresses of ${to.name}.`)),
      );
    case "page-move":
      return pages.flatMap(({ text: from }) =>
        pages
          .filter(({ text: to }) => to !== from)
          .map(({ text: to }) => option(`${from} -> ${to}`, `Moves the page at ${from} to ${to}.`)),
      );
  }
}

function fits(operation: string, { isFile }: Vma): boolean {
  return !(isFile ? onlyAnonymous : onlyFiles).includes(operation);
}

/** Those of "all" and those that are listed. */
function checkedProperties(scenario: unknown, names: Names): readonly Option[] {
  const listed = valueAt(scenario, ["properties"]) ?? "all";
  const texts = listed === "all" ? ["all"] : textsOf(listed);
  const builtIn = builtInProperties
    .filter(({ name, optional }) => texts.includes(name) || (texts.includes("all") && optional !== true))
    .filter(({ name }) => !texts.includes(`-${name}`));
  return [
    ...builtIn.map(({ name }) => option(name, propertySentences.get(name))),
    ...names.properties.map((name) => option(name, "A property of this scenario.")),
  ];
}

const everyStep: readonly Option[] = [option("step", "Every step.")];

function events(): readonly Option[] {
  return [...eventSentences()].map(([name, sentence]) => option(name, sentence));
}
