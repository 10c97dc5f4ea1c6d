/** Text that others have written never acts on a terminal or on GitHub's runner when it is printed. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Chalk } from "chalk";
import fc from "fast-check";
import { withSafeOutputs } from "../../src/cli/output/safe-output.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { fitted, line } from "../../src/explorer/line.ts";
import { renderCounterexample } from "../../src/reporters/counterexample.ts";
import { reporters } from "../../src/reporters/registry.ts";
import { keptTrace } from "../../src/reporters/report.ts";
import { renderWalks, walksJson } from "../../src/reporters/simulation.ts";
import { printableParts } from "../../src/text/printable.ts";
import { hostileText, hostileTrace } from "../fixtures/hostile-text.ts";
import { tries } from "../fixtures/nightly.ts";
import { runCli } from "../fixtures/run-cli.ts";
import { sampleResult, violatedBy } from "../fixtures/sample-result.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const trace = sampleTrace(twoLocksSubject(), "counts");
const colors = new Chalk({ level: 0 });

/** The output of the two streams on GitHub Actions. */
function printed(text: string): string {
  let all = "";
  const write = (part: string) => {
    all += part;
  };
  const { stdout } = withSafeOutputs({ stdout: { write }, stderr: { write }, env: { GITHUB_ACTIONS: "true" } });
  stdout.write(text);
  return all;
}

/** As the runner reads a line: src/Runner.Common/ActionCommand.cs. */
function isCommand(text: string): boolean {
  const trimmed = text.trimStart();
  const isNew = /^::[^\s:].*?::/s.test(trimmed);
  const start = text.indexOf("##[");
  return isNew || (start >= 0 && text.indexOf("]", start) >= 0);
}

function assertHarmless(text: string, mayCommand = false): void {
  assert.doesNotMatch(text, /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
  if (!mayCommand) for (const one of text.split(/\r\n|\r|\n/)) assert.ok(!isCommand(one), JSON.stringify(one));
}

for (const { name, open, besideTraces } of reporters) {
  test(`hostile text has no effect in what the reporter ${name} prints`, () => {
    fc.assert(
      fc.property(hostileTrace(trace), hostileText, hostileText, (hostile, path, spec) => {
        const result = { ...sampleResult(violatedBy(hostile)), file: path, spec, reproduce: path };
        const reporter = open?.({ colors, quiet: false, full: true, several: true });
        const texts = [
          reporter?.onStart?.(result),
          reporter?.onResult(result),
          reporter?.onEnd({ version: "0", results: [result] }),
          besideTraces === undefined || name === "html" ? "" : besideTraces.render(hostile),
        ];
        if (name === "github") for (const text of texts) assertHarmless(text ?? "", true);
        else for (const text of texts) assertHarmless(printed(text ?? ""));
      }),
      { numRuns: name === "html" ? 3 : tries(20, 60) },
    );
  });
}

test("JSON says the same when it is printed", () => {
  fc.assert(
    fc.property(hostileTrace(trace), hostileText, (hostile, spec) => {
      const result = { ...sampleResult(violatedBy(hostile)), spec };
      for (const name of ["json", "sarif"]) {
        const entry = reporters.find((one) => one.name === name);
        const text = entry?.open?.({ colors, quiet: false, several: false }).onEnd({ version: "0", results: [result] });
        assert.ok(text !== undefined);
        assert.deepEqual(JSON.parse(printed(text)), JSON.parse(text));
        assert.ok(JSON.stringify(JSON.parse(printed(text))).includes(JSON.stringify(spec).slice(1, -1)));
      }
    }),
  );
});

test("hostile text has no effect in the result of walks either", () => {
  fc.assert(
    fc.property(hostileTrace(trace), hostileText, (hostile, text) => {
      const found = { ...keptTrace(hostile, text), walk: undefined, shortest: true };
      const result = {
        ...{ spec: text, kernel: "v8", features: { with: [], without: [text] }, verdict: "violated" as const },
        ...{ expected: { violates: [text] }, outcome: "differs" as const, seed: 1, walks: 1, steps: 1, longest: 1 },
        ...{
          seconds: 1,
          stoppedBy: undefined,
          sometimes: [],
          violations: [found],
          rangeError: undefined,
          reproduce: text,
          notes: [text],
        },
      };
      assertHarmless(printed(renderWalks(result, { colors, full: true, quiet: false })));
      assertHarmless(printed(walksJson("0", [result])));
    }),
  );
});

test("hostile text has no effect in a replayed trace, and cannot imitate a line of the output", () => {
  fc.assert(
    fc.property(hostileTrace(trace), (hostile) => {
      const lines = renderCounterexample(printableParts(hostile), { colors, full: true });
      for (const one of lines) assert.doesNotMatch(one, /[\r\n]/);
      assertHarmless(printed(lines.join("\n")));
    }),
  );
});

test("a diagnostic has one line for each part, and hostile text in it has no effect", () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, hostileText, (file, message, hint, text) => {
      const excerpt = { text: text.replace(/[\r\n]/g, ""), length: 3 };
      const error = new UserError([{ code: "spec/syntax", file, line: 1, column: 2, message, hint, excerpt }]);
      assert.equal(error.message.split("\n").length, 4);
      assertHarmless(printed(error.message));
    }),
  );
});

test("marks stand below the text that they mark, even after a character that shows as an escape", () => {
  const excerpt = { text: "\ta\u202eb\u0007c", length: 2 };
  const { message } = new UserError([{ code: "spec/syntax", file: "x", line: 1, column: 4, message: "no", excerpt }]);
  assert.deepEqual(message.split("\n").slice(1), ["  1 | \ta\\u202eb\\u0007c", "    | \t       ^^^^^^^"]);
});

test("the explorer shows no character that could move the cursor or be wider than a column", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = fitted(line(text), 500).map((piece) => piece.text);
      assert.match(shown.join(""), /^[ -~\u00a1-\u00ac\u00ae-\u024f]*$/);
    }),
  );
});

test("hostile text in wrong options, arguments and files has no effect in their messages", async () => {
  const env = { GITHUB_ACTIONS: "true" };
  const texts = [
    ..."\u001b\u0007\u009b\u202e\u2028\n\r".split("").map((character) => `a${character}[31m`),
    ...["a\n::error::b", "::add-mask::x", "##[error]x", "a\ud800"],
  ];
  for (const text of texts) {
    const file = join(folder, "hostile.json");
    writeFileSync(file, JSON.stringify({ name: text, [text]: text, kernels: { [text]: text } }));
    const calls = [
      [file],
      [join(folder, text)],
      ["--kernel", text, file],
      [`--${text}`, file],
      ["--reporter", text, file],
      ["--out", join(file, text), "test/fixtures/specs/stand-in/two-locks.json", "--kernel", "v8"],
      ["explain", text],
      ["list", text],
      ["replay", text],
      ["convert", "--to", text, file],
    ];
    for (const args of calls) {
      const { code, stdout, stderr } = await runCli(args, env);
      assert.equal(code, 2, `${JSON.stringify(args)}: ${stderr}`);
      for (const output of [stdout, stderr]) assertHarmless(output);
    }
  }
});

test("a scenario's own names and sentences reach the report as text", async () => {
  const spec = {
    name: "sneaky",
    kernels: { v8: { violates: ["own"] } },
    system: { pages: 1, processes: { app: { vmas: { buf: { pages: 1 } } } } },
    actors: { one: { process: "app", run: [{ load: "buf[0]" }] } },
    properties: [{ name: "own", sentence: "Never\u001b[2J.\n::error::x ##[error]y", expr: "false" }],
    sometimes: [{ name: "::error file=a::\u0007b\n::error::c", expr: "false" }],
  };
  const file = join(folder, "sneaky\n::error::d.json");
  writeFileSync(file, JSON.stringify(spec));
  for (const more of [[], ["--json"], ["--reporter", "markdown"], ["--reporter", "junit"], ["--reporter", "sarif"]]) {
    const { code, stdout, stderr } = await runCli([file, "--out", join(folder, "out"), ...more], {
      GITHUB_ACTIONS: "true",
    });
    assert.equal(code, 1, stderr);
    assertHarmless(stdout);
    const lines = stderr.split("\n").filter((one) => one !== "");
    // Only our own annotation.
    assert.equal(lines.filter(isCommand).length, 1, stderr);
    assert.equal(lines.length, 1);
  }
});
