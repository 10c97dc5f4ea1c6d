/** docs/mutants.md */
import type { Base, Kill } from "./trial.ts";

export interface FeatureResult {
  readonly name: string;
  /** The run that notices when the feature, which it has, is switched off; and when it is switched on. */
  readonly off: Kill | undefined;
  readonly on: Kill | undefined;
  readonly reason: string | undefined;
}

export interface MutantResult {
  readonly name: string;
  readonly kill: Kill | undefined;
  /** How many runs reach its step. */
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
    "`npm run mutants` writes this page; do not edit it. It removes or switches one thing of the model at a time, and checks the",
    "scenarios in `specs/` again until the verdict of one changes. A run is a scenario under one kernel.",
    "*violates* names the properties that only the changed model violates, and *no longer violates* those that only the",
    "unchanged one violates. *never* and *now* quote a `sometimes` condition of the scenario that is no longer met, or that is",
    "met only now.",
    "",
    `${bases.length} runs take part; those with more states than the limit do not (${tooLarge.length}).`,
    "",
    "## Features",
    "",
    "Each feature of `src/model/features` is switched off in runs that have it, and on in runs that do not.",
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
    "Some steps take or drop a lock, a reference or a mapping, flush a TLB, call the notifier, look at an entry again, or",
    "set a counter, a reference from elsewhere or what is registered. A mutant is the model without one of these actions. A",
    "critical section that is one step is divided if its lock is removed: it uses what it read one step earlier.",
    "",
    "Other parts of a step are no mutants: entries and PMDs, marks of pages and other flags that it sets, single fields of",
    "what it writes, what it reads into a register, its conditions, and the ways that it can choose to go (an edit can take",
    "away an assignment or a way: `drop setting pte from PROCEDURE: STEP`); what resets a page that becomes free, which is",
    "one function of the model; and assertions, events and ghosts, which are there for properties.",
    "",
    `${killed} of ${mutants.length} mutants are noticed (${share(mutants.length)}). ${neutral} are neutral: the behaviour of the model does not`,
    `change. Of the others ${share(mutants.length - neutral)} are noticed.`,
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
    ...mutants.flatMap(({ name, kill }) =>
      kill === undefined ? [] : [`| ${name} | ${kill.base.title} | ${how(kill)} |`],
    ),
    "",
  ].join("\n");
}

function noticed(kill: Kill | undefined): string {
  return kill === undefined ? "" : `${kill.base.title}: ${how(kill)}`;
}

function how({ appears, vanishes }: Kill): string {
  const now = appears.map(({ name }) => name);
  const list = (words: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${words} ${names.join(", ")}`];
  return [
    ...list("violates", now.filter(isProperty)),
    ...now.filter((name) => !isProperty(name)),
    ...list("no longer violates", vanishes.filter(isProperty)),
    ...vanishes.filter((name) => !isProperty(name)).map((name) => name.replace("never: ", "now: ")),
  ].join("; ");
}

/** The others are sentences: of a `sometimes` condition, or that the changed model fails. */
function isProperty(name: string): boolean {
  return !name.includes(" ");
}
