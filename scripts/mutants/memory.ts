/**
 * docs/mutants.json: which runs noticed a change last time. They are tried first, so that a fresh clone is quick too. The
 * commands `why` and `explain` read the file as well.
 */
import { existsSync, writeFileSync } from "node:fs";
import type { LibraryFacts, Noticed } from "../../src/why/library-facts.ts";
import { factsFile, readLibraryFacts } from "../../src/why/read-library-facts.ts";
import type { Base, Kill } from "./trial.ts";

export interface Memory {
  readonly lines: Map<string, Noticed>;
  /** By feature: the titles of the runs that noticed it. */
  readonly features: Map<string, readonly string[]>;
}

interface Kept extends LibraryFacts {
  readonly features: Readonly<Record<string, readonly string[]>>;
}

export function remember(): Memory {
  if (!existsSync(factsFile)) return { lines: new Map(), features: new Map() };
  const { lines, features } = readLibraryFacts() as Kept;
  return { lines: new Map(Object.entries(lines)), features: new Map(Object.entries(features)) };
}

/** `names`: all lines that there are; others are forgotten. */
export function keep({ lines, features }: Memory, bases: readonly Base[], names: readonly string[]): void {
  const known = [...lines].filter(([name]) => names.includes(name));
  writeFileSync(factsFile, factsText({ ...factsOf(bases), lines: sorted(known), features: sorted([...features]) }));
}

/** `bases`: the smallest first. */
export function factsOf(bases: readonly Base[]): Pick<LibraryFacts, "runs" | "reaches"> {
  const reaches = new Map<string, number[]>();
  for (const [position, { lines }] of bases.entries()) {
    const procedures = new Set(lines.filter(({ reached }) => reached).map(({ line }) => line.procedure));
    for (const procedure of procedures) reaches.set(procedure, [...(reaches.get(procedure) ?? []), position]);
  }
  const runs = bases.map(({ run, kernel, findings }) => ({ scenario: run.spec.name, kernel, states: findings.states }));
  return { runs, reaches: sorted([...reaches]) };
}

export function noticedBy({ base, appears }: Kill): Noticed {
  const { run, kernel } = base;
  return { scenario: run.spec.name, kernel, breaks: appears.map(({ name }) => name) };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** One entry a line, so that a change of the file can be read. */
function factsText(facts: Kept): string {
  const parts = Object.entries(facts).map(([name, value]) => {
    const entries = Array.isArray(value)
      ? value.map((one) => JSON.stringify(one))
      : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${JSON.stringify(one)}`);
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    return `${JSON.stringify(name)}: ${open}\n${entries.join(",\n")}\n${close}`;
  });
  return `{\n${parts.join(",\n")}\n}\n`;
}
