/** Of all counterexamples of a run the one to show: the first unexpected one, or else the shortest. */
import type { ChalkInstance } from "chalk";
import { mailWidth, paragraph } from "../text/paragraph.ts";
import { typedCommand } from "../text/typed-command.ts";
import { drawnRace } from "./mail.ts";
import { type CheckResult, type FoundTrace, hasTrace, placeOf } from "./report.ts";
import { plainTitle } from "./title.ts";

/** A check, or random walks. */
export interface Finding extends Pick<CheckResult, "expected" | "violations"> {
  readonly rangeError: FoundTrace | undefined;
}

interface Chosen<F extends Finding> {
  readonly finding: F;
  readonly found: FoundTrace;
  readonly isUnexpected: boolean;
}

export function chooseOne<F extends Finding>(findings: readonly F[]): Chosen<F> | undefined {
  for (const finding of findings) {
    const found = finding.rangeError ?? shortest(finding.violations.filter((one) => !isExpected(one, finding)));
    if (found !== undefined) return { finding, found, isUnexpected: true };
  }
  const found = shortest(findings.flatMap(({ violations }) => violations));
  const finding = findings.find(({ violations }) => violations.some((one) => one === found));
  return found === undefined || finding === undefined ? undefined : { finding, found, isUnexpected: false };
}

/** Whether the scenario expects the violation. */
export function isExpected({ property }: FoundTrace, { expected }: Finding): boolean {
  return typeof expected === "object" && expected.violates.includes(property);
}

export function countAll(findings: readonly Finding[]): number {
  return findings.reduce((sum, { violations, rangeError }) => sum + violations.length + (rangeError ? 1 : 0), 0);
}

/** The first of the shortest. */
function shortest(all: readonly FoundTrace[]): FoundTrace | undefined {
  return all.toSorted((one, other) => one.length - other.length)[0];
}

/** The counterexample as a mail shows it. */
export function renderOne(
  findings: readonly Finding[],
  { found, isUnexpected }: Chosen<Finding>,
  colors: ChalkInstance,
): readonly string[] {
  // A merged report names traces that may be on another machine.
  if (!hasTrace(found)) return paragraph(`${placeOf(found)} is not here, so its steps are not shown.`);
  const all = countAll(findings);
  const which = all === 1 ? "" : isUnexpected ? ` (1 of ${all})` : ` (the shortest of ${all})`;
  return [
    ...paragraph(`${plainTitle(found.trace)}${which}`, "  ", "", mailWidth).map((line) => colors.bold(line)),
    "",
    ...drawnRace(found.trace, colors),
  ];
}

/** How to see more than one counterexample in short form, and `others`, which the report only counts. */
export function renderMore(counterexamples: number, others: string | undefined): readonly string[] {
  const every = counterexamples === 2 ? "both" : `all ${counterexamples}`;
  const steps = counterexamples === 1 ? "every step" : `${every} counterexamples step by step`;
  const shows = [...(counterexamples === 0 ? [] : [steps]), ...(others === undefined ? [] : [others])];
  if (shows.length === 0) return [];
  const ways = [`--full shows ${shows.join(", and ")}`];
  if (counterexamples > 0)
    ways.push(`\`${typedCommand("replay <trace>")}\` steps through one`, "--reporter html writes pages for a browser");
  return paragraph(`More: ${ways.join("; ")}.`);
}
