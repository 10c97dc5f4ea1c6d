import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ProbePoint } from "../../../kernel-lab/race/probe-points.ts";
import { scheduleLines, writeReproducer } from "../../../kernel-lab/race/reproducer.ts";
import { scheduleOf } from "../../../kernel-lab/race/schedule.ts";
import { type Drive, obstacleIn, runnable, scheduleSource } from "../../../kernel-lab/race/tables.ts";
import { missingCommand } from "../../../scripts/library/missing-command.ts";
import { type Traced, tracedScenario } from "./traced.ts";

const late = tracedScenario("late-lock", "v6.4", "lock-discipline");
const folder = mkdtempSync(join(tmpdir(), "reproducer-"));
after(() => rmSync(folder, { recursive: true }));

function driveOf({ trace, subject, scenario }: Traced): Drive {
  const schedule = scheduleOf(trace, subject, () => 2);
  const probeOf = ({ label }: { readonly label: string }): ProbePoint => ({
    places: ["do_swap_page+0x10", "do_swap_page+0x20"],
    waits: "sleep",
    split: label === "store flags" ? { register: "rax", offset: 0, mask: 8, length: 5 } : undefined,
    words: `before "${label}"`,
  });
  return { scenario, schedule, probeOf };
}

test("the tables have each operation once, in its actor's order, and a stop for each switch inside one", () => {
  const source = scheduleSource(driveOf(late), "a test");
  assert.match(source, /setup\[\] = \{\n\t\{ 0, ATOMIC, 0, 0, 1 \},/);
  assert.match(
    source,
    /operations\[\] = \{\n\t\{ 1, LOAD, 0, 0, 1 \},\n\t\{ 2, MADVISE_DONTNEED, 0, 0, 1 \},\n\t\{ 3, STORE, 0, 1, 1 \},/,
  );
  assert.match(source, /"split", "other", "1 sleep rax 0 8 5 do_swap_page\+0x10 do_swap_page\+0x20"/);
  assert.match(source, /\{ 2, 1, -1 \}/);
});

test("the schedule can be read", () => {
  const { schedule, probeOf } = driveOf(late);
  const lines = scheduleLines(schedule, probeOf);
  assert.match(
    lines[0] ?? "",
    /1\. faulter runs in "load buf\[0\]", held before "folio_try_get": do_swap_page\+0x10 or/,
  );
  assert.match(lines[1] ?? "", /2\. zapper runs to the end of "madvise_dontneed buf\[0\]"/);
});

test("an operation that the program lacks, several processes and large folios are obstacles", () => {
  const { scenario } = late;
  const { schedule } = driveOf(late);
  const [first] = scenario.initially;
  assert.ok(first);
  const call = { ...first.call, operation: "khugepaged" };
  assert.match(obstacleIn({ ...scenario, initially: [{ ...first, call }] }, schedule) ?? "", /operation khugepaged/);
  const processes = [...scenario.system.processes, ...scenario.system.processes];
  assert.match(obstacleIn({ ...scenario, system: { ...scenario.system, processes } }, schedule) ?? "", /processes/);
  assert.equal(obstacleIn(scenario, schedule), undefined);
});

test("the program has every operation that may be asked of it", () => {
  const source = readFileSync(new URL("../../../kernel-lab/race/program/tables.h", import.meta.url), "utf8");
  for (const operation of runnable) assert.match(source, new RegExp(`\\b${operation.toUpperCase()}\\b`), operation);
});

test("the program compiles without a warning, with the tables of a trace and with empty ones", {
  skip: missingCommand([["gcc", "--version"]], "gcc") ?? false,
}, () => {
  const drive = driveOf(late);
  writeReproducer(folder, drive, { trace: late.trace, kernel: "6.12" });
  const files = readdirSync(folder).filter((name) => name.endsWith(".c") && name !== "hold.c");
  for (const name of files) compile(name);
  const empty = { ...drive.scenario, initially: [] };
  const nothing = { ...drive, scenario: empty, schedule: { pieces: [], impossible: [] } };
  writeFileSync(join(folder, "schedule.c"), scheduleSource(nothing, "none"));
  compile("schedule.c");
});

function compile(name: string): void {
  const flags = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"];
  const { status, stderr } = spawnSync("gcc", [...flags, join(folder, name)], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}
