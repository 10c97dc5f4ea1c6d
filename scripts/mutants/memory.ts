/**
 * Which runs noticed a change last time; these are tried first. The answer comes from the last report, so that a fresh
 * clone is quick too, and from the last runs on this machine.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** For each change: the titles of the runs that noticed it. */
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

/** A row names a mutant and a run, or a feature and up to two runs, each before a colon. */
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

/** Puts the runs with those titles before the others. */
export function rememberedFirst<T extends { readonly title: string }>(
  memory: Memory,
  name: string,
  runs: readonly T[],
): readonly T[] {
  const titles = memory.get(name) ?? [];
  const noticed = ({ title }: T): boolean => titles.includes(title);
  return [...runs.filter(noticed), ...runs.filter((run) => !noticed(run))];
}
