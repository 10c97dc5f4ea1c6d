import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { drawPrograms, programArbitrary } from "../../../kernel-lab/conform/draw.ts";
import { isProper } from "../../../kernel-lab/conform/proper.ts";
import { setups } from "../../../kernel-lab/conform/setups.ts";
import { shrink } from "../../../kernel-lab/conform/shrink.ts";
import { lineOf, programOf, setupNamed } from "./lab.ts";

for (const setup of setups) {
  test(`a drawn program does nothing that the setup forbids: ${setup.name}`, () => {
    fc.assert(
      fc.property(programArbitrary(setup, 20), (program) => isProper(program) && program.steps.length <= 20),
      { numRuns: 50 },
    );
  });

  test(`drawn programs have most of the steps that were asked for: ${setup.name}`, () => {
    const programs = drawPrograms(setup, { seed: 1, count: 50, length: 20 });
    const steps = programs.reduce((sum, program) => sum + program.steps.length, 0);
    assert.ok(steps > 15 * programs.length, `${steps} steps in ${programs.length} programs`);
  });
}

test("the same seed draws the same programs, and another seed draws others", () => {
  const draw = (seed: number) =>
    drawPrograms(setupNamed("anonymous"), { seed, count: 3, length: 10 }).map(({ steps }) => steps.map(lineOf));
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test("a child acts only while it runs, and memory is moved only to free addresses", () => {
  const proper = (setup: string, ...lines: readonly string[]) => isProper(programOf(setup, ...lines));
  assert.ok(!proper("anonymous", "child_thread load buf[0]"));
  assert.ok(proper("anonymous", "main fork child", "child_thread load buf[0]"));
  assert.ok(!proper("anonymous", "main fork child", "child_thread exit child", "child_thread load buf[0]"));
  assert.ok(!proper("anonymous", "main fork child", "main fork child"));
  assert.ok(!proper("anonymous", "main mremap spare -> buf"));
  assert.ok(proper("anonymous", "main mremap buf -> spare", "main mremap spare -> buf"));
  assert.ok(!proper("pins", "main unpin buf[0]"));
  assert.ok(proper("pins", "main pin buf[0]", "main dma_load buf[0]", "main unpin buf[0]"));
  assert.ok(!proper("pins", "main pin buf[0]", "main unpin buf[0]", "main dma_load buf[0]"));
  assert.ok(proper("references", "main get buf[0], fast", "main fork child", "child_thread get buf[0], fast"));
  assert.ok(!proper("references", "main get buf[0], fast", "main put buf[1]"));
  assert.ok(!proper("ksm", "main fork child", "main ksm_merge buf"));
  assert.ok(!proper("reaped", "main oom_reap app", "main load buf[0]"));
  assert.ok(proper("reaped", "main oom_reap app", "engine atomic buf[0]"));
  assert.ok(proper("reaped", "main fork child", "child_thread oom_reap child", "child_thread exit child"));
});

test("a store comes before everything else in memory that write faults map by a PMD", () => {
  const proper = (...lines: readonly string[]) => isProper(programOf("huge", ...lines));
  assert.ok(proper("main store buf[1]", "main fork child", "child_thread load buf[0]"));
  assert.ok(!proper("main load buf[1]", "main store buf[1]"));
  assert.ok(!proper("main fork child", "main store buf[1]"));
  assert.ok(!proper("engine device_store buf[0]"));
});

test("shrinking leaves the steps that are needed, and asks about many programs at once", async () => {
  const [program] = drawPrograms(setupNamed("anonymous"), { seed: 3, count: 1, length: 40 });
  assert.ok(program !== undefined);
  const needed = [program.steps[3], program.steps[17], program.steps[31]].filter((step) => step !== undefined);
  let questions = 0;
  const shortest = await shrink(program, async (candidates) => {
    questions++;
    return candidates.map(({ steps }) => needed.every((step) => steps.includes(step)));
  });
  // A step may need another one before it, such as a fork.
  assert.ok(shortest.steps.length <= 6);
  assert.ok(needed.every((step) => shortest.steps.includes(step)));
  assert.ok(questions < 20, `${questions} questions`);
});
