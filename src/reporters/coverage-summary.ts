/** What a result says nothing about: steps that were never reached, properties that were never tested. */
import { paragraph } from "../text/paragraph.ts";
import { count } from "../text/quantities.ts";
import type { CheckResult, PassedAssertion, UnreachedStep } from "./report.ts";

/** A longer list would not be read; the JSON report has all names. */
const maxSteps = 24;

/** All of it. */
export function renderCoverage(result: CheckResult): readonly string[] {
  const { complete, unreached, vacuous, violations } = result;
  const untested = vacuous.filter(({ kind }) => kind === "property").map(({ name }) => name);
  const lines = [...remarks(result)];
  // A missing step tells something only if the search was complete.
  if (!complete) return lines;
  if (untested.length > 0)
    lines.push(
      ...paragraph(
        `untested, because nothing that they are about ever happens (vacuous): ${untested.join(", ")}`,
        "    ",
        "  ",
      ),
    );
  if (unreached.length > 0) {
    const beyond = violations.length > 0 ? " (the search does not go on after a violation)" : "";
    const text = `${count(unreached.length, "step")} unreached${beyond}: ${grouped(unreached)}`;
    lines.push(...paragraph(text, "    ", "  "));
  }
  return lines;
}

/** The part that a reader of the verdict must know: conditions that were not met, assertions that were ignored. */
export function remarks({ complete, vacuous, reachedBeyond, passedAssertions }: CheckResult): readonly string[] {
  const missed = vacuous.filter(({ kind }) => kind === "sometimes").map(({ name }) => name);
  const lines = passedBy(passedAssertions);
  if (!complete) return lines;
  if (missed.length > 0)
    lines.push(...paragraph(`\`sometimes\` conditions that were never true: ${missed.join("; ")}`, "    ", "  "));
  if (reachedBeyond.length > 0)
    lines.push(...paragraph(`reached only through a violation: ${reachedBeyond.join("; ")}`, "    ", "  "));
  return lines;
}

/** Failed assertions of properties that are not checked: they do not stop the search. */
function passedBy(assertions: readonly PassedAssertion[]): string[] {
  const properties = [...new Set(assertions.map(({ property }) => property))];
  return properties.flatMap((property) => {
    const messages = assertions.filter((one) => one.property === property).map(({ message }) => message);
    return paragraph(
      `failed assertions, ignored because ${property} is not checked: ${messages.join("; ")}`,
      "    ",
      "  ",
    );
  });
}

/** `fork: a, b; zap_pte_range: c` */
function grouped(steps: readonly UnreachedStep[]): string {
  const labels = new Map<string, string[]>();
  for (const { procedure, label } of steps.slice(0, maxSteps)) {
    const known = labels.get(procedure) ?? [];
    known.push(label);
    labels.set(procedure, known);
  }
  const text = [...labels].map(([procedure, of]) => `${procedure}: ${of.join(", ")}`).join("; ");
  return steps.length > maxSteps ? `${text}; and ${steps.length - maxSteps} more` : text;
}
