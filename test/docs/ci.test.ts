import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { NoOperationTraceWriter, parseWorkflow, type TemplateParseResult } from "@actions/workflow-parser";
import { convertActionTemplate, parseAction, type RunStep } from "@actions/workflow-parser/actions/index";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-ci-"));
after(() => rmSync(folder, { recursive: true }));

const guide = readFileSync("docs/ci.md", "utf8");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };

/** GitHub's own parser of actions. */
const action = parsed(
  parseAction({ name: "action.yml", content: readFileSync("action.yml", "utf8") }, new NoOperationTraceWriter()),
);
const { inputs = [], runs } = convertActionTemplate(action.context, action.value);

function parsed({ context, value }: TemplateParseResult): {
  readonly context: typeof context;
  readonly value: NonNullable<typeof value>;
} {
  assert.deepEqual(context.errors.getErrors(), []);
  assert.ok(value !== undefined);
  return { context, value };
}

/** Each of these prints its name and its arguments, one word a line, and ends with the exit code $CODE; npm with 0. */
const standIns = { npx: "exit $CODE", node: "exit $CODE", npm: "exit 0" };

/** Runs the action's script with stand-ins for the programs that it calls. npm prints to standard error there. */
function runAction(
  given: Readonly<Record<string, string>>,
  code = 0,
): { readonly words: readonly string[]; readonly before: readonly string[]; readonly code: number | null } {
  assert.ok(runs.using === "composite");
  const [step] = runs.steps as readonly RunStep[];
  for (const [name, end] of Object.entries(standIns)) {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nfor word in ${name} "$@"; do echo "<$word>"; done\n${end}\n`);
    chmodSync(file, 0o755);
  }
  const values = Object.fromEntries(inputs.map(({ id, default: usual }) => [id, given[id] ?? usual?.toString() ?? ""]));
  const variables = Object.fromEntries(Object.entries(values).map(([id, value]) => [id.toUpperCase(), value]));
  const { stdout, stderr, status } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", String(step?.run)],
    {
      env: { PATH: `${folder}:${process.env.PATH}`, CODE: String(code), ACTION: "the action", ...variables },
      encoding: "utf8",
    },
  );
  const wordsIn = (text: string) => [...text.matchAll(/^<(.*)>$/gm)].map(([, word = ""]) => word);
  return { words: wordsIn(stdout), before: wordsIn(stderr), code: status };
}

test("the action builds itself, and runs on each line's path", () => {
  assert.deepEqual(runAction({ specs: "one.json\nwith blanks/two.json\n" }), {
    words: ["node", "the action/bin/exclusive-check.js", "--out", "out", "--", "one.json", "with blanks/two.json"],
    before: ["npm", "ci", "--include=dev", "--no-audit", "--no-fund", "--prefix", "the action"],
    code: 0,
  });
});

test("the action runs a version of the registry, passes on options and reports, and ends like the check", () => {
  const given = {
    specs: "$(x)",
    version,
    args: "--depth 5\n --quiet *",
    junit: "a b.xml",
    sarif: "c.sarif",
    out: "o",
  };
  assert.deepEqual(runAction(given, 3), {
    words: [
      ...["npx", "--yes", `exclusive-check@${version}`, "--out", "o", "--depth", "5", "--quiet", "*"],
      ...["--reporter", "junit:a b.xml", "--reporter", "sarif:c.sarif", "--", "$(x)"],
    ],
    before: [],
    code: 3,
  });
});

test("the action passes a shard on, and merges the reports of a folder", () => {
  assert.deepEqual(runAction({ specs: "a.json", shard: "3/16", out: "o" }).words, [
    ...["node", "the action/bin/exclusive-check.js", "--out", "o"],
    ...["--shard", "3/16", "--reporter", "json:o/shard-3.json", "--", "a.json"],
  ]);
  const reports = join(folder, "two reports");
  mkdirSync(reports);
  const files = ["shard-1.json", "shard-2.json"].map((name) => join(reports, name));
  for (const file of files) writeFileSync(file, "{}");
  assert.deepEqual(runAction({ merge: reports, junit: "a.xml" }, 1), {
    words: ["node", "the action/bin/exclusive-check.js", "merge", "--reporter", "junit:a.xml", "--", ...files],
    before: ["npm", "ci", "--include=dev", "--no-audit", "--no-fund", "--prefix", "the action"],
    code: 1,
  });
});

test("GitHub's own parser accepts the workflow and the step in the guide", () => {
  const workflows = [...guide.matchAll(/```yaml workflow\n(.*?)```/gs)];
  assert.equal(workflows.length, 3);
  for (const [, content = ""] of workflows)
    parsed(parseWorkflow({ name: "workflow.yml", content }, new NoOperationTraceWriter()));
  const step = /```yaml step\n(.*?)```/s.exec(guide)?.[1] ?? "";
  const job = step.replace(/^/gm, "      ");
  parsed(
    parseWorkflow(
      { name: "step.yml", content: `on: push\njobs:\n  check:\n    runs-on: x\n    steps:\n${job}` },
      new NoOperationTraceWriter(),
    ),
  );
});

test("the guide explains exactly the inputs of the action", () => {
  const explained = guide.split("\n").flatMap((line) => {
    const cell = /^\| (`[^|]*`) \|/.exec(line)?.[1];
    return cell === undefined ? [] : cell.split(", ").map((name) => name.replaceAll("`", ""));
  });
  assert.deepEqual(
    explained,
    inputs.map(({ id }) => id),
  );
});
