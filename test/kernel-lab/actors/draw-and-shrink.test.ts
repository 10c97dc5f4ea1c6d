import assert from "node:assert/strict";
import { test } from "node:test";
import { programText, stepsOf } from "../../../kernel-lab/actors/actors-program.ts";
import { actorsSetups } from "../../../kernel-lab/actors/actors-setups.ts";
import { drawActors, isProperTogether } from "../../../kernel-lab/actors/draw-actors.ts";
import { shrinkActors } from "../../../kernel-lab/actors/shrink-actors.ts";
import { programOf, setupNamed } from "./lab.ts";

for (const setup of actorsSetups)
  test(`a drawn program has as many actors as asked, and each may do what it does: ${setup.name}`, () => {
    for (const actors of [2, 3]) {
      const programs = drawActors(setup, { seed: 5, count: 30, actors });
      assert.ok(programs.length > 20, `${programs.length} programs`);
      for (const program of programs) {
        assert.equal(new Set(program.together.map(({ actor }) => actor)).size, actors);
        assert.ok(isProperTogether(program), programText(program));
      }
    }
  });

test("the same seed draws the same programs, and another seed draws others", () => {
  const draw = (seed: number) => drawActors(setupNamed("anonymous"), { seed, count: 5, actors: 2 }).map(programText);
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test("a child needs a fork before the actors, and nothing follows its exit", () => {
  const proper = (first: readonly string[], ...actors: readonly string[]) =>
    isProperTogether(programOf("anonymous", first, actors));
  const fork = ["main: fork child"];
  assert.ok(!proper([], "main: fork child", "child_thread: load buf[0]"));
  assert.ok(proper(fork, "main: load buf[0]", "child_thread: load buf[0], exit child"));
  assert.ok(!proper(fork, "main: load buf[0]", "child_thread: exit child, load buf[0]"));
  assert.ok(!proper([], "main: load buf[0], load buf[0]", "engine: atomic buf[0]"));
});

test("shrinking leaves the operations that are needed", async () => {
  const program = programOf(
    "anonymous",
    ["main: load buf[1]", "main: store buf[0]", "engine: atomic buf[0]", "main: clear_refs app"],
    ["main: load buf[0]", "engine: device_load buf[1], atomic buf[0]"],
  );
  const needed = ["main: store buf[0]", "main: load buf[0]", "engine: atomic buf[0]"];
  const smallest = await shrinkActors(program, async (candidate) => {
    const text = programText(candidate);
    return (
      candidate.together.length === 2 &&
      needed.every((step) => text.includes(step)) &&
      stepsOf(candidate.together).length >= 2
    );
  });
  assert.equal(programText(smallest), "main: store buf[0]; then main: load buf[0] || engine: atomic buf[0]");
});
