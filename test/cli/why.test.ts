import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commandLine } from "../fixtures/command-line.ts";

const out = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(out, { recursive: true }));

interface Report {
  readonly lines: readonly {
    readonly procedure: string;
    readonly step: string | null;
    readonly effect: string;
    readonly kernel: string;
    readonly tried: number;
    readonly needed: {
      readonly scenario: string;
      readonly breaks: readonly { readonly name: string; readonly steps: number | null }[];
      readonly edits: readonly string[];
    } | null;
  }[];
}

async function why(...args: readonly string[]): Promise<Report> {
  const { code, stdout } = await commandLine("why", ...args, "--out", out, "--json", "--workers", "1");
  assert.equal(code, 0);
  return JSON.parse(stdout) as Report;
}

test("each edit that is shown for a scenario breaks the property that is shown, after as many steps", async () => {
  const { lines } = await why("specs/soft-dirty-read-fault.json", "--kernel", "v6.15");
  const needed = lines.flatMap(({ needed: one }) => (one?.breaks.every(({ steps }) => steps !== null) ? [one] : []));
  assert.ok(needed.length >= 5, `${needed.length} lines are needed`);
  // A sample.
  for (const { scenario, breaks, edits } of [0, 1, 2]
    .map((third) => needed.at((third * needed.length) / 3))
    .filter((need) => need !== undefined)) {
    const { code, stdout } = await commandLine(
      ...[scenario, "--kernel", "v6.15", "--json", "--out", out],
      ...edits.flatMap((edit) => ["--edit", edit]),
    );
    const report = JSON.parse(stdout) as {
      readonly results: readonly {
        readonly violations: readonly { readonly property: string; readonly length: number }[];
      }[];
    };
    const found = report.results.flatMap(({ violations }) =>
      violations.map(({ property, length }) => [property, length]),
    );
    assert.deepEqual(
      [code, new Map(found as [string, number][])],
      [1, new Map(breaks.map(({ name, steps }) => [name, steps ?? 0]))],
      edits.join("; "),
    );
  }
});

test("one step of a procedure is tried in the scenarios that are given, and the findings are kept for the next time", async () => {
  const question = ["remove_device_exclusive_entry: folio_put", "specs/fault-race.json", "--kernel", "v6.4"];
  const first = await why(...question);
  assert.deepEqual(
    first.lines.map(({ procedure, step, effect, tried }) => [procedure, step, effect, tried]),
    [["remove_device_exclusive_entry", "folio_put", "dropping a reference", 1]],
  );
  assert.deepEqual(first.lines[0]?.needed, {
    scenario: "specs/fault-race.json",
    breaks: [{ name: "lock-discipline", steps: 16 }],
    edits: ["drop dropping a reference from remove_device_exclusive_entry: folio_put"],
    command:
      "exclusive-check specs/fault-race.json --kernel v6.4 --edit 'drop dropping a reference from remove_device_exclusive_entry: folio_put'",
  });
  const kept = readdirSync(join(out, "review"));
  assert.deepEqual(await why(...question), first);
  assert.deepEqual(readdirSync(join(out, "review")), kept);
});

test("a procedure is tried in the package's scenarios, on each kernel that has the line", async () => {
  const { lines } = await why("remove_device_exclusive_entry: folio_put");
  assert.deepEqual(
    lines.map(({ kernel, needed }) => [kernel, needed?.breaks.map(({ name }) => name)]),
    [
      ["v6.4", ["lock-discipline"]],
      ["v6.15", ["lock-discipline"]],
      ["v7.1", ["lock-discipline"]],
    ],
  );
});

test("a scenario with too many states is named, and the exit code says that the answer is not complete", async () => {
  const { code, stdout } = await commandLine(
    ...["why", "specs/fork-race.json", "--kernel", "v6.4", "--max-states", "1000", "--out", out, "--workers", "1"],
  );
  assert.deepEqual(
    [code, stdout.split("\n").at(-2)],
    [3, "fork-race on v6.4 has more than 1,000 states (--max-states)"],
  );
});

test("a name that does not exist is refused, with the name that may be meant", async () => {
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [
      ["why", "remove_device_exclusive_entri"],
      /no procedure "remove_device_exclusive_entri"\n {2}hint: did you mean rem/,
    ],
    [
      ["why", "remove_device_exclusive_entry: folio_pu"],
      /remove_device_exclusive_entry has no step "folio_pu"\n {2}hint: did you mean folio_put\?/,
    ],
    [
      ["why", "move_ptes"],
      /no procedure "move_ptes"\n {2}hint: it is a step of move_page_tables: `.*explain move_page/,
    ],
    [["explain", "move_ptes"], /feature "move_ptes"\n {2}hint: it is a step of move_page_tables: `.*explain move_page/],
    [["explain", "trylock_page"], /hint: it is a step of \w+ and of \d+ others: `.*explain /],
    [["why", "unlock_page"], /"unlock_page" is a step.*\n {2}hint: write "/],
    [["why", "specs/fault-rac.json"], /there is no file "specs\/fault-rac\.json"\n {2}hint: did you mean/],
    [["why", "specs/fault-race", "specs"], /a scenario is asked about alone/],
    [["why", "specs"], /specs is a folder/],
    [["why", "specs/fault-race.json", "specs/fork-race.json"], /a scenario is asked about alone/],
    [["why", "remove_device_exclusive_entry: wait_on_page_locked"], /has no lock, reference/],
  ];
  for (const [args, message] of refusals) {
    const { code, stderr } = await commandLine(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, message);
  }
});
