import assert from "node:assert/strict";
import { test } from "node:test";
import { giveUpRuns } from "../../scripts/mutants/fewer.ts";
import type { Memory } from "../../scripts/mutants/memory.ts";
import type { Base, Judges } from "../../scripts/mutants/trial.ts";
import { type Line, lineOfStep, nameOf } from "../../src/why/line.ts";

const lines = ["ptl", "page_lock", "mmap_lock", "vma_lock", "anon_vma"].map((lock) =>
  lineOfStep("munmap", "step", `taking ${lock}`),
);
const [ptl, pageLock, mmapLock, vmaLock, anonVma] = lines as [Line, Line, Line, Line, Line];

/** A run that comes to all lines. */
function run(name: string, states: number): Base {
  return {
    file: name,
    kernel: "v8",
    title: `${name} on v8`,
    run: { spec: { name } },
    asked: [],
    findings: { states, violated: {}, complete: true },
    missed: [],
    lines: lines.map((line) => ({ line, callees: [], reached: true })),
  } as unknown as Base;
}

/** By run: the lines that it notices. */
type Noticing = Readonly<Record<string, readonly Line[]>>;

function judgesOf(noticing: Noticing): Judges {
  const run = async ({ file, change }: Parameters<Judges["run"]>[0]) => {
    const [edit] = change?.edits ?? [];
    const notices = (noticing[file] ?? []).some((line) => edit?.kind === "drop-effect" && edit.effect === line.effect);
    const findings = { states: 9, violated: notices ? { broken: 1 } : {}, complete: true };
    return { judged: { kind: "found", findings, missed: [], lines: [] }, asked: [] };
  };
  return { size: 1, run, end: async () => {} } as unknown as Judges;
}

function memoryOf(known: readonly (readonly [Line, string])[]): Memory {
  const noticed = known.map(
    ([line, scenario]) => [nameOf(line), { scenario, kernel: "v8" as const, breaks: [] }] as const,
  );
  return { lines: new Map(noticed), features: new Map() };
}

function knownIn(memory: Memory): Readonly<Record<string, string>> {
  return Object.fromEntries([...memory.lines].map(([name, { scenario }]) => [name, scenario]));
}

test("a run whose only line another run of the tests notices is given up, and no line is lost", async () => {
  const bases = [run("hub", 10), run("lonely", 500), run("needed", 20)];
  const memory = memoryOf([
    [ptl, "hub"],
    [pageLock, "hub"],
    [mmapLock, "hub"],
    [vmaLock, "lonely"],
    [anonVma, "needed"],
  ]);
  const judges = judgesOf({ hub: [ptl, pageLock, mmapLock, vmaLock], lonely: [vmaLock], needed: [anonVma] });
  const { titles, noticed } = await giveUpRuns(judges, memory, bases, lines);
  assert.deepEqual(titles, ["lonely on v8"]);
  assert.deepEqual([...noticed.keys()], [nameOf(vmaLock)]);
  assert.deepEqual(knownIn(memory), {
    [nameOf(ptl)]: "hub",
    [nameOf(pageLock)]: "hub",
    [nameOf(mmapLock)]: "hub",
    [nameOf(vmaLock)]: "hub",
    [nameOf(anonVma)]: "needed",
  });
});

test("of two runs that notice each other's lines one stays", async () => {
  const memory = memoryOf([
    [ptl, "one"],
    [pageLock, "two"],
  ]);
  const both = [ptl, pageLock];
  const { titles } = await giveUpRuns(
    judgesOf({ one: both, two: both }),
    memory,
    [run("one", 10), run("two", 20)],
    lines,
  );
  assert.equal(titles.length, 1);
  assert.equal(new Set(Object.values(knownIn(memory))).size, 1);
});

test("a line is left to a run that the tests search, not to a large one", async () => {
  const memory = memoryOf([
    [ptl, "large"],
    [pageLock, "small"],
  ]);
  const both = [ptl, pageLock];
  const bases = [run("small", 10), run("large", 100_000)];
  assert.deepEqual((await giveUpRuns(judgesOf({ small: both, large: both }), memory, bases, lines)).titles, [
    "large on v8",
  ]);
  assert.deepEqual(new Set(Object.values(knownIn(memory))), new Set(["small"]));
});
