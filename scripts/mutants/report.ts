/** docs/mutants.md */
import type { Base, Kill } from "./trial.ts";

export interface FeatureResult {
  readonly name: string;
  /** Who notices that it is switched off where it is on, and on where it is off. */
  readonly off: Kill | undefined;
  readonly on: Kill | undefined;
  readonly reason: string | undefined;
}

export interface MutantResult {
  readonly name: string;
  readonly kill: Kill | undefined;
  /** How many runs come by its step. */
  readonly tried: number;
  readonly reason: string | undefined;
}

export interface Results {
  readonly features: readonly FeatureResult[];
  readonly mutants: readonly MutantResult[];
  readonly bases: readonly Base[];
  readonly tooLarge: readonly string[];
}

export function report({ features, mutants, bases, tooLarge }: Results): string {
  const survivors = mutants.filter(({ kill }) => kill === undefined);
  const killed = mutants.length - survivors.length;
  const neutral = survivors.filter(({ reason }) => reason?.startsWith("neutral:")).length;
  const share = (of: number): string => `${((100 * killed) / Math.max(1, of)).toFixed(1)} %`;
  return [
    "# What the scenarios would notice",
    "",
    "Written by `npm run mutants`; do not edit. The model is taken apart, one thing at a time, and the scenarios in `specs/`",
    `are checked again, until the verdict of one changes. ${bases.length} runs (a scenario under one kernel) take part; those`,
    `with more states than the limit do not (${tooLarge.length}).`,
    "",
    "## Features",
    "",
    "Each feature of `src/model/features` switched off where a run has it, and on where a run has it not.",
    "",
    "| feature | switched off | switched on |",
    "| --- | --- | --- |",
    ...features.map(({ name, off, on, reason }) =>
      off === undefined && on === undefined
        ? `| \`${name}\` | not noticed: ${reason ?? "unexplained"} | |`
        : `| \`${name}\` | ${noticed(off)} | ${noticed(on)} |`,
    ),
    "",
    "## Mutants",
    "",
    "Each step that takes or drops a lock, a reference or a mapping, flushes a TLB, calls the notifier or looks at an entry",
    "again, without that. A critical section that is one step falls apart without its lock: it goes by what it read one step",
    `earlier. ${killed} of ${mutants.length} are noticed (${share(mutants.length)}). ${neutral} are neutral: nothing that the model can do`,
    `changes. Of the others ${share(mutants.length - neutral)} are noticed.`,
    "",
    "### Not noticed",
    "",
    ...(survivors.length === 0
      ? ["None."]
      : survivors.map(({ name, reason }) => `- \`${name}\`: ${reason ?? "unexplained"}`)),
    "",
    "### Noticed",
    "",
    "| mutant | by | how |",
    "| --- | --- | --- |",
    ...mutants.flatMap(({ name, kill }) => (kill === undefined ? [] : [`| ${name} | ${kill.by} | ${how(kill)} |`])),
    "",
  ].join("\n");
}

function noticed(kill: Kill | undefined): string {
  return kill === undefined ? "" : `${kill.by}: ${how(kill)}`;
}

function how({ appears, vanishes }: Kill): string {
  return [
    ...appears,
    ...vanishes.map((one) => (one.startsWith("never: ") ? one.replace("never: ", "now: ") : `no ${one}`)),
  ].join(", ");
}
