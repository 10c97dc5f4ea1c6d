import assert from "node:assert/strict";
import { test } from "node:test";
import { complaintsIn, outcomeOf } from "../../../kernel-lab/race/outcome.ts";

const quiet = "[    0.1] Run /init as init process\n[    1.2] hold: loading out-of-tree module taints kernel.\n";
const bad = `${quiet}[    2.5] BUG: Bad page state in process init  pfn:0f96e\n[    2.6] page: refcount:0 mapcount:0\n`;

test("a complaint of the kernel is a reproduction, even if the program could not end", () => {
  assert.deepEqual(complaintsIn(bad), [
    "BUG: Bad page state in process init  pfn:0f96e",
    "page: refcount:0 mapcount:0",
  ]);
  assert.equal(outcomeOf({ lines: ["held 0 faulter"], log: bad }, "no-use-after-free").kind, "reproduced");
});

test("a schedule that ends without a complaint is clean", () => {
  assert.deepEqual(outcomeOf({ lines: ["done 0 zapper", "end"], log: quiet }, "no-use-after-free"), { kind: "clean" });
});

test("an actor that waits or goes another way makes the schedule impossible, and it is said where it waits", () => {
  const stuck = outcomeOf(
    { lines: ["stuck 1 zapper", "waits zapper [<0>] folio_wait_bit_common+0x12", "end"], log: quiet },
    "no-use-after-free",
  );
  assert.deepEqual(stuck, {
    kind: "impossible",
    because: "zapper does not come to the end of piece 2: it waits",
    waits: ["zapper [<0>] folio_wait_bit_common+0x12"],
  });
  const missed = outcomeOf({ lines: ["missed 0 faulter", "end"], log: quiet }, "no-use-after-free");
  assert.match(
    missed.kind === "impossible" ? missed.because : "",
    /faulter .* piece 1: it ends its operation another way/,
  );
});

test("what the kernel says before it runs the program does not count", () => {
  const log = "Kernel panic - not syncing: IO-APIC + timer doesn't work!\n";
  assert.deepEqual(complaintsIn(log), []);
  assert.deepEqual(complaintsIn(`${log}${quiet}`), []);
  const outcome = outcomeOf({ lines: [], log }, "no-use-after-free");
  assert.equal(outcome.kind === "impossible" && outcome.because, "the guest did not start");
});

test("a guest that ends without a complaint proves nothing", () => {
  assert.equal(outcomeOf({ lines: ["start"], log: quiet }, "no-use-after-free").kind, "impossible");
});

test("what only user space can see counts for the property that is about it", () => {
  const lost = ["data buf[0] written=2 read=1", "data buf[1] written=1 read=1", "end"];
  assert.deepEqual(outcomeOf({ lines: lost, log: quiet }, "no-lost-store"), {
    kind: "reproduced",
    evidence: ["data buf[0] written=2 read=1"],
  });
  assert.equal(outcomeOf({ lines: lost, log: quiet }, "no-use-after-free").kind, "clean");

  const judged = (property: string, marks: string) => {
    const lines = [`entry buf[0] present=1 swap=0 ${marks} page=1`, "end"];
    return outcomeOf({ lines, log: quiet }, property).kind;
  };
  const marks = (stored: number, dirty: number, wp: number, device = 0) =>
    `stored=${stored} tracked=1 soft-dirty=${dirty} armed=1 uffd-wp=${wp} device=${device}`;
  assert.equal(judged("uffd-wp-tracking", marks(0, 0, 0)), "reproduced");
  assert.equal(judged("uffd-wp-tracking", marks(0, 0, 1)), "clean");
  assert.equal(judged("soft-dirty-tracking", marks(1, 0, 1)), "reproduced");
  assert.equal(judged("soft-dirty-tracking", marks(0, 0, 1)), "clean");
  assert.equal(judged("soft-dirty-exact", marks(0, 1, 1)), "reproduced");
  assert.equal(judged("soft-dirty-exact", marks(1, 1, 1)), "clean");
  assert.equal(judged("bit-preservation", marks(1, 0, 1)), "reproduced");
  assert.equal(judged("bit-preservation", marks(1, 1, 1)), "clean");
  assert.equal(judged("device-exclusivity", marks(1, 1, 1, 1)), "reproduced");
  assert.equal(judged("device-exclusivity", marks(1, 1, 1, 0)), "clean");
});
