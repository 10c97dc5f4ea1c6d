import assert from "node:assert/strict";
import { test } from "node:test";
import { Chalk } from "chalk";
import fc from "fast-check";
import markdownIt from "markdown-it";
import { markdownReport, markdownReporter } from "../../src/reporters/markdown.ts";
import { code, codeBlock, plain, table } from "../../src/reporters/markdown-text.ts";
import { markdownText } from "../../src/reporters/markdown-trace.ts";
import { keptTrace } from "../../src/reporters/report.ts";
import { noProperty } from "../../src/trace/format.ts";
import { tellStory } from "../../src/trace/story.ts";
import { hostileText, hostileTrace } from "../fixtures/hostile-text.ts";
import { tries } from "../fixtures/nightly.ts";
import { sampleResult, violatedBy } from "../fixtures/sample-result.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

/** CommonMark with GitHub's tables, links of bare addresses, and HTML let through. */
const parser = markdownIt({ html: true, linkify: true });
type Token = ReturnType<typeof parser.parse>[number];

const trace = sampleTrace(twoLocksSubject(), "counts");

function inlineTokens(markdown: string): readonly Token[] {
  return parser.parse(markdown, {}).flatMap(({ children }) => children ?? []);
}

/** The text that a reader sees. */
function seen(tokens: readonly Token[]): string {
  return tokens
    .filter(({ type, content }) => !(type === "html_inline" && /^<\/?code>$/.test(content)))
    .map(({ content }) => content)
    .join("");
}

/** The text as a line: with single blanks, and without the invisible characters that keep GitHub from making links. */
function asLine(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll("\u200b", "")
    .replace(/\s+/g, " ")
    .trim();
}

test("a counterexample is a heading, its story, a table with a row for each step that matters, and the part that failed", () => {
  const steps = trace.steps.map((step) => ({ ...step, matters: step.n > 2 && step.n !== 4 }));
  const tokens = parser.parse(markdownText({ ...trace, steps }), {});
  const cells = tokens
    .filter((_, at) => tokens[at - 1]?.type === "td_open")
    .map(({ children }) => seen(children ?? []));

  assert.equal(tokens[1]?.content, "sample on v8: counts is violated");
  assert.equal(cells.length, (trace.steps.length - 1) * 4);
  assert.deepEqual(cells.slice(0, 8), [
    ...["1-2", "one", "does not matter: add_one: begin, add_one: first_lock", ""],
    ...["3", "", "add_one: second_lock takes a lock", "lock[b]: false -> true"],
  ]);
  assert.equal(
    tokens.find(({ type }) => type === "fence")?.content,
    "Then: the state violates the property\n  must be true, but is false: counter < 2\n    counter = 2\n",
  );
});

test("the story comes before the steps", () => {
  const [first = assert.fail()] = tellStory(trace);
  assert.ok(markdownText(trace).includes(`\n- ${plain(first)}\n`));
});

test("a path explored by hand claims no violation", () => {
  const violation = { kind: "none", message: "" } as const;
  const markdown = markdownText({ ...trace, property: noProperty.name, sentence: noProperty.sentence, violation });
  assert.match(markdown, /^# sample on v8: a path explored by hand\n/);
  assert.doesNotMatch(markdown, /none is violated|```/);
});

test("unexpected results come first, in the matrix and below it, and so do unexpected violations of one result", () => {
  const fine = sampleResult({
    ...violatedBy(trace),
    spec: "fine",
    outcome: "as-expected",
    expected: { violates: ["counts"] },
  });
  const other = keptTrace({ ...trace, property: "other" }, "other.json");
  const violations = [...fine.violations, other];
  const bad = sampleResult({ ...fine, spec: "bad", outcome: "differs", violations });
  const stopped = sampleResult({ ...fine, spec: "stopped", outcome: "undecided" });
  const text = markdownReport([fine, stopped, bad]).join("\n");

  const rows = [...text.matchAll(/^\| (\w+) \| :/gm)].map(([, spec]) => spec);
  assert.deepEqual(rows, ["bad", "stopped", "fine"]);
  const headings = [...text.matchAll(/^##+ (\w+)/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, ["bad", "other", "counts", "stopped", "counts"]);
});

test("a report begins with the matrix, and shows unexpected results in full", () => {
  const held = sampleResult({ spec: "other", verdict: "holds", outcome: "as-expected", kernel: "v6.4" });
  const text = markdownReport([sampleResult(violatedBy(trace)), held]).join("\n");

  assert.match(text, /^\| scenario \| v8 \| v6\.4 \|$/m);
  assert.match(text, /^\| sample \| :x: violated \(!\) \| - \|$/m);
  assert.match(text, /^\| other \| - \| :white_check_mark: holds \|$/m);
  assert.match(text, /^## sample on v8 without restore-notifies: violated, but expected to hold$/m);
  assert.match(text, /^### counts$/m);
  assert.doesNotMatch(text, /^## other/m);
});

test("a report that must be short only names counterexamples, and then leaves out the rest", () => {
  const results = Array.from({ length: 20 }, (_, at) => sampleResult({ ...violatedBy(trace), spec: `sample-${at}` }));
  const whole = markdownReport(results).join("\n");
  const most = Math.round(whole.length / 3);
  const text = markdownReport(results, most).join("\n");

  assert.ok(text.length <= most);
  assert.match(text, /^### counts$/m);
  assert.match(text, /\| sample-19 \| :x:/);
  assert.ok(text.split("\n## ").length - 1 > text.split("\n### ").length - 1);
});

test("the reporter writes the report at the end", () => {
  const reporter = markdownReporter.open?.({ colors: new Chalk({ level: 0 }), quiet: false, several: false });
  const result = sampleResult(violatedBy(trace));

  assert.equal(reporter?.onResult(result), "");
  assert.equal(reporter?.onEnd({ version: "0", results: [result] }), `${markdownReport([result]).join("\n")}\n`);
});

test("running text shows as it is, and none of it becomes markup", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      for (const before of ["", "# ", "- ", "x "]) {
        const tokens = inlineTokens(before + plain(text));
        assert.deepEqual(
          tokens.filter(({ type }) => !/^text(_special)?$/.test(type)),
          [],
        );
        assert.equal(asLine(seen(tokens)), asLine(`${before.replace(/[#-]/, "")}${text}`));
      }
    }),
    { numRuns: tries(150, 500) },
  );
});

test("a name in code type shows as it is, in a table's cell too", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (one, two) => {
      const tokens = parser.parse(table(["a", "b"], [[code(one), code(two)]]).join("\n"), {});
      const cells = tokens.filter((_, at) => tokens[at - 1]?.type === "td_open");
      assert.deepEqual(
        cells.map(({ children }) => asLine(seen(children ?? []))),
        [one, two].map(asLine),
      );
    }),
    { numRuns: tries(150, 500) },
  );
});

test("a code block contains exactly its lines", () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1 }), (lines) => {
      const tokens = parser.parse([...codeBlock(lines), "after"].join("\n"), {});
      assert.deepEqual(
        tokens.map(({ type }) => type),
        ["fence", "paragraph_open", "inline", "paragraph_close"],
      );
    }),
  );
});

test("with any text a counterexample keeps its form", () => {
  const form = (markdown: string) => {
    const types = parser.parse(markdown, {}).map(({ type }) => type);
    const other = types.filter(
      (type) => !/^(heading|paragraph|inline|bullet_list|list_item|table|t[hrd]|t(head|body)|fence)(_|$)/.test(type),
    );
    const counted = ["heading_open", "bullet_list_open", "table_open", "tr_open", "td_open", "fence"];
    return [...counted.map((type) => types.filter((one) => one === type).length), ...other];
  };
  const expected = form(markdownText(trace));
  fc.assert(
    fc.property(hostileTrace(trace), (hostile) => {
      const markdown = markdownText(hostile);
      assert.deepEqual(form(markdown), expected);
      for (const { type, content } of inlineTokens(markdown)) {
        assert.match(type, /^(text|text_special|strong_open|strong_close|code_inline|html_inline)$/);
        if (type === "html_inline") assert.match(content, /^(<br>|<\/?code>)$/);
      }
    }),
  );
});
