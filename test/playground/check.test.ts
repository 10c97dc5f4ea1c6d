/** What the engine of the playground says of a check is what the command line says of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../../src/playground/engine/check.ts";
import type { CheckEvent, CheckReport, Question } from "../../src/playground/protocol.ts";
import { commandLine } from "../fixtures/command-line.ts";
import {
  checkByCommandLine,
  folder,
  host,
  questionOf,
  scenario,
  timeless,
  withoutCommands,
  withoutTimes,
} from "./same-question.ts";

interface Asked {
  readonly report: CheckReport;
  readonly events: readonly CheckEvent[];
}

async function ask(question: Question): Promise<Asked> {
  const events: CheckEvent[] = [];
  const answer = await check(question, host, new AbortController().signal, (event) => events.push(event));
  assert.ok(answer.ok, answer.ok ? "" : answer.diagnostics.map(({ rendered }) => rendered).join("\n"));
  return { report: answer.value, events };
}

interface Case {
  readonly says: string;
  readonly file: string;
  readonly question: Partial<Question>;
  /** The same for the command line. */
  readonly args: readonly string[];
  /** What makes this case worth a test. */
  readonly shows: RegExp;
}

const swap = "swap remove_device_exclusive_entry: unlock_page with folio_put";
const drop = "drop remove_device_exclusive_entry: unlock_page";

const cases: readonly Case[] = [
  {
    says: "a scenario on several kernels",
    file: "specs/fault-race.json",
    question: { kernels: ["v8", "v6.4"] },
    args: ["--kernel", "v8", "--kernel", "v6.4"],
    shows: /is violated after \d+ steps: fault-race-v8-no-use-after-free\.trace\.json\n[\s\S]*on v6\.4: holds/,
  },
  {
    says: "two different traces, on one kernel",
    file: "specs/fork-waits.json",
    question: { kernels: ["v8"], properties: ["kernel-assertions"], options: { traces: 2, allViolations: true } },
    args: ["--kernel", "v8", "--property", "kernel-assertions", "--traces", "2", "--all-violations"],
    shows: /another one of this length: fork-waits-v8-kernel-assertions-2\.trace\.json/,
  },
  {
    says: "witnesses",
    file: "specs/exit-and-fork.json",
    question: { kernels: ["v6.15"], options: { witness: true } },
    args: ["--kernel", "v6.15", "--witness"],
    shows: /a witness of "[^"]+" after \d+ steps: exit-and-fork-v6\.15-witness-/,
  },
  {
    says: "a search that a bound of depth ends",
    file: "specs/fork-busy.json",
    question: { kernels: ["v6.4"], options: { depth: 5, symmetry: false } },
    args: ["--kernel", "v6.4", "--depth", "5", "--no-symmetry"],
    shows: /incomplete/,
  },
  {
    says: "a search that a bound of states ends",
    file: "specs/fork-busy.json",
    question: { kernels: ["v6.4"], options: { maxStates: 20 } },
    args: ["--kernel", "v6.4", "--max-states", "20"],
    shows: /incomplete/,
  },
  {
    says: "an edit",
    file: "specs/fault-race.json",
    question: { kernels: ["v6.4"], edits: ["move remove_device_exclusive_entry: folio_put before unlock_page"] },
    args: ["--kernel", "v6.4", "--edit", "move remove_device_exclusive_entry: folio_put before unlock_page"],
    shows: /edited \(move remove_device_exclusive_entry/,
  },
  {
    says: "a swap that is made twice, which undoes it",
    file: "specs/fault-race.json",
    question: { kernels: ["v6.4"], edits: [swap, swap] },
    args: ["--kernel", "v6.4", "--edit", swap, "--edit", swap],
    shows: /edited \(swap .*; swap .*\): holds[\s\S]*--edit '.*' --edit '/,
  },
  {
    says: "a drop that is made twice, which changes nothing the second time",
    file: "specs/fault-race.json",
    question: { kernels: ["v6.4"], edits: [drop, drop] },
    args: ["--kernel", "v6.4", "--edit", drop, "--edit", drop],
    shows: /warning: --edit 'drop .*' changes nothing[\s\S]*edited \(drop [^;]*\): violated/,
  },
  {
    says: "kernels, features and properties that are named twice",
    file: "specs/fork-busy.json",
    question: {
      kernels: ["v6.4", "v6.4"],
      without: ["fork-only-tries-page-lock", "fork-only-tries-page-lock"],
      properties: ["no-deadlock", "no-deadlock"],
    },
    args: [
      ...["--kernel", "v6.4", "--kernel", "v6.4", "--property", "no-deadlock", "--property", "no-deadlock"],
      ...["--without", "fork-only-tries-page-lock", "--without", "fork-only-tries-page-lock"],
    ],
    shows: /--kernel v6\.4 --without fork-only-tries-page-lock --property no-deadlock$/m,
  },
  {
    says: "a feature that changes nothing on one kernel",
    file: "specs/fork-busy.json",
    question: { kernels: ["v6.4"], with: ["uprobe-skips-exclusive"] },
    args: ["--kernel", "v6.4", "--with", "uprobe-skips-exclusive"],
    shows: /warning: --with uprobe-skips-exclusive changes nothing/,
  },
  {
    says: "a feature that changes nothing on several kernels, and one that does",
    file: "specs/fork-busy.json",
    question: {
      kernels: ["v5.14", "v6.4"],
      with: ["uprobe-skips-exclusive"],
      without: ["fork-only-tries-page-lock"],
    },
    args: [
      ...["--kernel", "v5.14", "--kernel", "v6.4"],
      ...["--with", "uprobe-skips-exclusive", "--without", "fork-only-tries-page-lock"],
    ],
    shows: /changes nothing in any of the \d checks/,
  },
];

for (const { says, file, question, args, shows } of cases) {
  test(`the engine and the command line say the same of ${says}`, async () => {
    const { report, events } = await ask(questionOf(scenario(file), question));
    const printed = await checkByCommandLine(file, ...args);

    const text = [...report.results.map((result) => result.text), report.summary].join("");
    assert.equal(withoutTimes(text), withoutCommands(printed.stdout));
    assert.match(`${report.notes.join("\n")}${printed.stdout}`, shows);
    assert.equal(report.notes.map((line) => `${line}\n`).join(""), printed.stderr);
    assert.deepEqual(timeless(report.json), printed.json);
    const files = report.results.flatMap(({ traces, witnesses }) => [...traces, ...witnesses]);
    assert.deepEqual(Object.fromEntries(files.map(({ name, text }) => [name, text])), printed.traces);
    for (const { trace, text } of files) assert.deepEqual(JSON.parse(text), trace);

    const heard = events.flatMap((event) => (event.kind === "result" ? [event.result] : []));
    assert.deepEqual(heard, report.results);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === "begins" ? [`${event.number}/${event.of} ${event.kernel}`] : [])),
      report.results.map(({ kernel }, index) => `${index + 1}/${report.results.length} ${kernel}`),
    );
    assert.equal(report.stopped, false);
  });
}

test("a shipped scenario whose text was changed is not compared with what its file expects", async () => {
  const { file, text } = scenario("specs/fault-race.json");
  const kernels = ["v8", "v6.4"] as const;
  const compared = async (question: Question) =>
    (await ask({ ...question, kernels })).report.results.map(({ traces, isCompared, outcome, text }) => [
      traces.length,
      isCompared,
      outcome === "as-expected",
      /expected/.test(text.split("\n")[0] ?? ""),
    ]);
  // The first is violated, and the second one holds.
  assert.deepEqual(await compared(questionOf({ file, text })), [
    [2, true, true, true],
    [0, true, true, true],
  ]);
  assert.deepEqual(await compared(questionOf({ file, text: `${text} ` })), [
    [2, false, false, false],
    [0, false, true, false],
  ]);
  // Its own scenario keeps its own expectations.
  assert.deepEqual(await compared(questionOf({ file: "mine.json", text: `${text} ` })), [
    [2, true, true, true],
    [0, true, true, true],
  ]);
});

test("a shipped scenario whose text was changed is searched as far as the shipped one", async () => {
  const { file, text } = scenario("specs/fault-race.json");
  const [shipped, changed] = await Promise.all(
    [text, `${text} `].map(async (one) => {
      const [result] = (await ask(questionOf({ file, text: one }, { kernels: ["v8"] }))).report.results;
      return { states: result?.states, found: result?.traces.map(({ trace }) => trace.property) };
    }),
  );
  assert.deepEqual(changed, shipped);
  // A search that stopped at the first violation would find one.
  assert.ok((shipped?.found?.length ?? 0) >= 2);
});

test("a result names what the scenario's file and the question change in the kernel", async () => {
  const question = { kernels: ["v6.4"], without: ["zap-flushes-tlb"], options: { maxStates: 10 } } as const;
  const { report } = await ask(questionOf(scenario("specs/fork-race.json"), question));
  assert.deepEqual(report.results[0]?.features, {
    with: [],
    without: ["zap-expects-anonymous-vma", "zap-flushes-tlb"],
  });
});

test("the long form of a result is what --full prints", async () => {
  const { report } = await ask(questionOf(scenario("specs/fork-busy.json"), { kernels: ["v8"] }));
  const printed = await checkByCommandLine("specs/fork-busy.json", "--kernel", "v8", "--full");
  assert.equal(withoutTimes(report.results.map(({ full }) => full).join("")), withoutCommands(printed.stdout));
});

test("the matrix is the one that the command line prints for several scenarios", async () => {
  const { report } = await ask(questionOf(scenario("specs/fork-busy.json"), { kernels: ["v8", "v6.4"] }));
  const kernels = ["--kernel", "v8", "--kernel", "v6.4"];
  const printed = await checkByCommandLine("specs/fork-busy.json", "specs/fault-race.json", ...kernels);
  const row = /^fork-busy .*$/m.exec(report.matrix)?.[0].replace(/\s+/g, " ") ?? "no row";
  assert.ok(printed.stdout.replace(/ +/g, " ").includes(row), row);
});

test("the command of a result asks the same question", async () => {
  const question = { kernels: ["v8"], properties: ["-no-lost-store"], options: { timeoutMs: 90_000 } } as const;
  const { report } = await ask(questionOf(scenario("specs/fork-busy.json"), question));
  const [result] = report.results;
  assert.equal(
    result?.reproduce,
    "exclusive-check specs/fork-busy.json --kernel v8 --property -no-lost-store --timeout 90s",
  );
});

test("a check that is stopped reports what it found so far", async () => {
  const stop = new AbortController();
  const source = scenario("specs/fork-busy.json");
  const answer = await check(questionOf(source), host, stop.signal, (event) => {
    if (event.kind === "result") stop.abort();
  });
  assert.ok(answer.ok);
  assert.deepEqual([answer.value.results.length, answer.value.stopped], [1, true]);
  assert.equal(JSON.parse(answer.value.json).results.length, answer.value.results.length);
});

test("values that the command line refuses are refused with its message", async () => {
  const source = scenario("specs/fork-busy.json");
  const refused: readonly (readonly [Partial<Question>, ...string[]])[] = [
    [{ with: ["zap-flushes-tbl"] }, "--with", "zap-flushes-tbl"],
    [{ kernels: ["v6.5x" as "v6.4"] }, "--kernel", "v6.5x"],
    [{ options: { depth: 0 } }, "--depth", "0"],
    [{ options: { maxStates: 1.5 } }, "--max-states", "1.5"],
    [{ options: { traces: -1 } }, "--traces", "-1"],
    [{ properties: ["no-deadlok"] }, "--property", "no-deadlok"],
    [{ edits: ["drop fork"] }, "--edit", "drop fork"],
    [{ edits: [""] }, "--edit", ""],
    [{ edits: ["drop fork: no such step"] }, "--edit", "drop fork: no such step"],
    [
      { with: ["zap-flushes-tlb"], without: ["zap-flushes-tlb"] },
      ...["--with", "zap-flushes-tlb", "--without", "zap-flushes-tlb"],
    ],
  ];
  for (const [changes, ...args] of refused) {
    const answer = await check(questionOf(source, changes), host, new AbortController().signal, () => {});
    const { stderr } = await commandLine(source.file, ...args, "--out", folder);
    assert.ok(!answer.ok);
    assert.equal(`${answer.diagnostics.map(({ rendered }) => rendered).join("\n")}\n`, stderr, args.join(" "));
  }
});
