import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeTogether, readEnds } from "../../../kernel-lab/actors/together-lines.ts";
import { programOf } from "./lab.ts";

const program = programOf(
  "anonymous",
  ["main: store buf[0]", "main: fork child"],
  ["companion: load buf[1]", "child_thread: store buf[0], exit child", "engine2: atomic buf[0]"],
);
const ready = { firstExclusive: 27, tellsKsm: true, swap: "zram", release: "6.1" } as const;

test("a request names the steps before, and for each actor the thread that runs its steps", () => {
  assert.equal(
    encodeTogether(7, program, { times: 300, seed: 5 }),
    "together 7 300 5 2w,2wh 2 2 store.0.0.1 fork.0.1 | 4 load.0.1.1 | 1 store.1.0.1 exit.1.1 | 0 atomic.1.0.1",
  );
});

test("each different end is read with its number, all endings, and what the kernel complained about", () => {
  const ends = readEnds(program, ready, [
    "times 290",
    "done done,done EBUSY 0:1 1:1 4:8180000000000001 5:1 6:1010",
    "times 10",
    "! BUG: Bad page state",
    "SIGSEGV done,done done 0:1",
  ]);
  assert.deepEqual(
    ends.map(({ times, endings, observation }) => [
      times,
      endings.map((ones) => ones.map((ending) => JSON.stringify(ending))),
      observation.processes.app?.rssAnon,
      observation.complaints,
    ]),
    [
      [290, [['{"kind":"done"}'], ['{"kind":"done"}', '{"kind":"done"}'], ['{"kind":"error","errno":"EBUSY"}']], 1, []],
      [
        10,
        [['{"kind":"signal","signal":"SIGSEGV"}'], ['{"kind":"done"}', '{"kind":"done"}'], ['{"kind":"done"}']],
        0,
        ["BUG: Bad page state"],
      ],
    ],
  );
});

test("a repetition that did not come to its actors is no end", () => {
  assert.deepEqual(readEnds(program, ready, ["times 3"]), []);
});
