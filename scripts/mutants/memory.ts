/**
 * Who noticed last time, and is asked first: from the last report, so that a fresh clone is quick as well, and from
 * what the last runs on this machine found.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** By what was changed: the titles of the runs that noticed. */
export type Memory = Map<string, readonly string[]>;

const reportFile = "docs/mutants.md";
const memoryFile = "out/mutants.json";

export function remember(): Memory {
  const memory: Memory = existsSync(reportFile) ? fromReport(readFileSync(reportFile, "utf8")) : new Map();
  if (existsSync(memoryFile))
    for (const [name, titles] of Object.entries(
      JSON.parse(readFileSync(memoryFile, "utf8")) as Record<string, string[]>,
    ))
      memory.set(name, titles);
  return memory;
}

export function keep(memory: Memory): void {
  writeFileSync(memoryFile, `${JSON.stringify(Object.fromEntries(memory), null, 1)}\n`);
}

/** A row names the mutant and the run, or the feature and, each before a colon, up to two runs. */
export function fromReport(text: string): Memory {
  const memory: Memory = new Map();
  for (const line of text.split("\n")) {
    const [, name, first = "", second = ""] = line.split("|").map((cell) => cell.trim());
    if (name === undefined || first.startsWith("not noticed")) continue;
    if (!first.includes(" on ") && !second.includes(" on ")) continue;
    const isFeature = name.startsWith("`");
    const titles = isFeature ? [first, second].map((cell) => cell.split(": ")[0] ?? "") : [first];
    memory.set(isFeature ? name.slice(1, -1) : name, titles);
  }
  return memory;
}

/** The runs of those titles before the others. */
export function rememberedFirst<T extends { readonly title: string }>(
  memory: Memory,
  name: string,
  runs: readonly T[],
): readonly T[] {
  const titles = memory.get(name) ?? [];
  const noticed = ({ title }: T): boolean => titles.includes(title);
  return [...runs.filter(noticed), ...runs.filter((run) => !noticed(run))];
}
