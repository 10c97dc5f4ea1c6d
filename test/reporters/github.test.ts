import assert from "node:assert/strict";
import { test } from "node:test";
import * as core from "@actions/core";
import { Chalk } from "chalk";
import fc from "fast-check";
import { githubReporter } from "../../src/reporters/github.ts";
import type { CheckResult } from "../../src/reporters/report.ts";
import { annotationCommand } from "../../src/reporters/workflow-command.ts";
import { tellStory } from "../../src/trace/story.ts";
import { hostileText, hostileTrace } from "../fixtures/hostile-text.ts";
import { sampleResult, violatedBy } from "../fixtures/sample-result.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const trace = sampleTrace(twoLocksSubject(), "counts");

function annotations(result: CheckResult): string {
  const reporter = githubReporter.open?.({ colors: new Chalk({ level: 0 }), quiet: false, several: true });
  return reporter?.onResult(result) ?? assert.fail();
}

/** The text that GitHub's own package writes to standard output. */
function written(write: () => void): string {
  const { write: original } = process.stdout;
  let text = "";
  process.stdout.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  try {
    write();
  } finally {
    process.stdout.write = original;
  }
  return text;
}

test("a verdict that differs is an error at the line of its kernel", () => {
  assert.equal(
    annotations(sampleResult(violatedBy(trace))),
    "::error title=sample on v8 without restore-notifies,file=specs/sample.json,line=3,col=3::violated, but expected to hold%0A" +
      "counts promises: The counter stays below two.%0AViolated after 11 steps (out/sample-counts.trace.json). " +
      `${tellStory(trace).join(" ")}%0A` +
      "rerun: exclusive-check specs/sample.json --kernel v8 --without restore-notifies\n",
  );
});

test("a limit that was reached is a warning, and expected results are not mentioned", () => {
  const bound = sampleResult({ verdict: "incomplete", outcome: "undecided", bound: "depth", complete: false });

  assert.match(annotations(bound), /^::warning /);
  assert.equal(annotations(sampleResult({ verdict: "holds", outcome: "as-expected" })), "");
});

test("every command is exactly what GitHub's own package writes", () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, fc.nat(), (title, file, message, line) => {
      // That package leaves out values that are empty or 0.
      const annotation = { title: `t${title}`, file: `f${file}`, line: line + 1, col: line + 2 };
      const { col: startColumn, line: startLine, ...rest } = annotation;
      const theirs = written(() => core.error(message, { ...rest, startLine, startColumn }));
      assert.equal(annotationCommand("error", annotation, message), theirs);
    }),
  );
});

test("with any text a result is one line of output", () => {
  fc.assert(
    fc.property(hostileTrace(trace), (hostile) => {
      assert.match(annotations(sampleResult(violatedBy(hostile))), /^::error [^\r\n]*\n$/);
    }),
  );
});
