/** What a result does not speak of: steps that were never reached, properties that were never put to the test. */
import { paragraph } from "./paragraph.ts";
import { count } from "./quantities.ts";
import type { CheckResult, PassedAssertion, UnreachedStep } from "./report.ts";

/** More names than these nobody reads; the JSON report has them all. */
const maxSteps = 24;

export function renderCoverage(result: CheckResult): readonly string[] {
  const { complete, unreached, vacuous, violations, reachedBeyond, passedAssertions } = result;
  const names = (kind: string) => vacuous.filter((one) => one.kind === kind).map(({ name }) => name);
  const [untested, missed] = [names("property"), names("sometimes")];
  const lines = passedBy(passedAssertions);
  // What a search has not reached says something only where it has gone everywhere.
  if (!complete) return lines;
  if (missed.length > 0) lines.push(...paragraph(`never so: ${missed.join("; ")}`, "    ", "  "));
  if (reachedBeyond.length > 0)
    lines.push(...paragraph(`reached only beyond a violation: ${reachedBeyond.join("; ")}`, "    ", "  "));
  if (untested.length > 0) lines.push(...paragraph(`never put to the test: ${untested.join(", ")}`, "    ", "  "));
  if (unreached.length > 0) {
    const beyond = violations.length > 0 ? " (not looked for beyond a violation)" : "";
    const text = `${count(unreached.length, "step")} not reached${beyond}: ${grouped(unreached)}`;
    lines.push(...paragraph(text, "    ", "  "));
  }
  return lines;
}

/** Nothing stops at an assertion of a property that is not checked. */
function passedBy(assertions: readonly PassedAssertion[]): string[] {
  const properties = [...new Set(assertions.map(({ property }) => property))];
  return properties.flatMap((property) => {
    const messages = assertions.filter((one) => one.property === property).map(({ message }) => message);
    return paragraph(`passed by, as ${property} is not checked: ${messages.join("; ")}`, "    ", "  ");
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
