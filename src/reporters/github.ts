/** Annotations on a pull request for results that are not as expected, at the line that names the kernel. */

import { count } from "../text/quantities.ts";
import { promiseOf } from "../trace/promise.ts";
import { tellStory } from "../trace/story.ts";
import { ofPrintable } from "./printable-results.ts";
import { type CheckResult, type FoundTrace, hasTrace, placeOf, tracesIn } from "./report.ts";
import type { Reporter, ReporterEntry } from "./reporter.ts";
import { titleOf } from "./title.ts";
import { verdictSentence } from "./verdict.ts";
import { annotationCommand, type Severity } from "./workflow-command.ts";

export const githubAnnotations: Reporter = ofPrintable({ onResult: annotate, onEnd: () => "" });

export const githubReporter: ReporterEntry = {
  name: "github",
  sentence: "Annotations for GitHub Actions; on by default there.",
  kind: { what: "a list of annotations", begins: /^::(error|warning|notice) / },
  open: () => githubAnnotations,
};

function annotate(result: CheckResult): string {
  const severity = severityOf(result);
  if (severity === undefined) return "";
  const { line, column } = result.locate(["kernels", result.kernel]);
  const title = titleOf(result);
  const message = [verdictSentence(result), ...tracesIn(result).map(tell), `rerun: ${result.reproduce}`].join("\n");
  return annotationCommand(severity, { title, file: result.file, line, col: column }, message);
}

function severityOf({ outcome }: CheckResult): Severity | undefined {
  switch (outcome) {
    case "as-expected":
      return undefined;
    case "undecided":
      return "warning";
    case "differs":
    case "model-error":
      return "error";
  }
}

function tell(found: FoundTrace): string {
  const after = `after ${count(found.length, "step")} (${placeOf(found)}).`;
  if (!hasTrace(found)) return `${found.property} is violated ${after}`;
  return `${promiseOf(found.trace)}\nViolated ${after} ${tellStory(found.trace).join(" ")}`;
}
