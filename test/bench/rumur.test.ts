/**
 * Rumur has the same results on the Murphi models of bench/peers as we have on the same models in the step language.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import {
  buildRumur,
  type RumurAnswer,
  type RumurOptions,
  readRumur,
  rumurMissing,
  withConstants,
} from "../../scripts/library/rumur.ts";
import { search } from "../../src/checker/search.ts";
import { pagesModel, pagesProperties } from "../fixtures/pages-model.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const skip = rumurMissing() ?? false;

const output = (summary: string): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    "<rumur_run>",
    '<information state_size_bits="43" state_size_bytes="6" hash_table_slots="65536"/>',
    '<progress states="10000" duration_seconds="1" rules_fired="20000" rules_fired_per_second="20000" queue_size="7"/>',
    summary,
    "</rumur_run>",
  ].join("\n");

test("states and transitions are read from Rumur's summary, not from its progress", () => {
  const summary = '<summary states="10810" rules_fired="23466" errors="0" duration_seconds="2"/>';
  assert.deepEqual(readRumur(output(summary)), { states: 10_810, transitions: 23_466 });
});

test("a run of Rumur that was cut off or found an error has no counts", () => {
  assert.throws(() => readRumur(output("")), /no summary/);
  const violated = '<summary states="17" rules_fired="23" errors="1" duration_seconds="0"/>';
  assert.throws(() => readRumur(output(violated)), /found an error/);
});

test("a constant of a Murphi model gets another value, and a constant that does not exist is an error", () => {
  const model = "const\n  T: 2;\n  P: 2;\ntype tid: scalarset(T);";
  assert.equal(withConstants(model, { P: 13 }), "const\n  T: 2;\n  P: 13;\ntype tid: scalarset(T);");
  assert.throws(() => withConstants(model, { N: 3 }), /no constant N; expected "N: <number>;"/);
});

test("Rumur counts the states and transitions that we count on the peers' protocol", { skip }, async () => {
  const { states, transitions } = await search(peersModel(2), peersProperties);
  assert.deepEqual(askRumur("exclusive.m", { N: 2 }, "off"), { states, transitions });
});

test("Rumur counts as many states as we do under thread symmetry", { skip }, async () => {
  const program = peersModel(2);
  const { states, transitions } = await search(program, peersProperties, { symmetries: program.symmetries });
  assert.deepEqual(askRumur("exclusive.m", { N: 2 }, "exhaustive"), { states, transitions });
});

test("Rumur counts the states and transitions that we count on the protocol of several pages", { skip }, async () => {
  const program = pagesModel({ threads: 1, pages: 3, keep: "until-idle" });
  const { states, transitions } = await search(program, pagesProperties);
  assert.deepEqual(askRumur("pages.m", { T: 1, P: 3 }, "off"), { states, transitions });
});

function askRumur(file: string, constants: RumurOptions["constants"], symmetry: RumurOptions["symmetry"]): RumurAnswer {
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-rumur-"));
  try {
    const model = new URL(`../../bench/peers/${file}`, import.meta.url);
    const fixed = { threads: 1, packed: true, tableLog2: 16, optimise: ["-O0"] };
    const checker = buildRumur({ model, constants, symmetry, folder, ...fixed });
    return readRumur(execFileSync(checker, { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
