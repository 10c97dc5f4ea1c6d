/** What a result does not speak of: steps that were never reached, properties that were never put to the test. */
import { paragraph } from "./paragraph.ts";
import { count } from "./quantities.ts";
import type { CheckResult, UnreachedStep } from "./report.ts";

/** More names than these nobody reads; the JSON report has them all. */
const maxSteps = 24;

export function renderCoverage({ complete, unreached, vacuous, violations }: CheckResult): readonly string[] {
  const names = (kind: string) => vacuous.filter((one) => one.kind === kind).map(({ name }) => name);
  const [untested, missed] = [names("property"), names("sometimes")];
  const lines: string[] = [];
  // What a search has not reached says something only where it has gone everywhere.
  if (!complete) return [];
  if (missed.length > 0) lines.push(...paragraph(`never so: ${missed.join("; ")}`, "    ", "  "));
  if (untested.length > 0) lines.push(...paragraph(`never put to the test: ${untested.join(", ")}`, "    ", "  "));
  if (unreached.length > 0) {
    const beyond = violations.length > 0 ? " (not looked for beyond a violation)" : "";
    const text = `${count(unreached.length, "step")} not reached${beyond}: ${grouped(unreached)}`;
    lines.push(...paragraph(text, "    ", "  "));
  }
  return lines;
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
