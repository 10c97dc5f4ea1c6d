import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { layoutOf } from "../../../kernel-lab/guest/layout.ts";
import { answerReader, encodeProgram, readReady } from "../../../kernel-lab/guest/protocol.ts";
import { wordCount } from "../../../kernel-lab/guest/words.ts";
import { programOf as programFrom } from "../conform/lab.ts";
import { programOf, setupWith } from "./setup.ts";

const ready = { firstExclusive: 29, tellsKsm: true, swap: "loop", release: "6.12.117" } as const;
const setup = setupWith();
const program = programOf(setup);

function answer(...lines: readonly string[]) {
  const reader = answerReader(program, ready);
  const last = lines.map((line) => reader.take(line));
  return { ...reader.run(), over: last.at(-1) };
}

test("a program is one line: areas, processes, devices, and steps with numbers", () => {
  assert.equal(
    encodeProgram(7, program),
    "7 2w,2wh,1wf 2 2 fork.0.1 store.0.1.1 mremap.0.0.2.2 truncate.0.4.1 munmap.0.2.2 load.1.4.1 exit.1.1 atomic.1.0.1",
  );
});

test("a pin says for what it is, and how the call tries, if it only reads", () => {
  const pins = [{ pin: "buf[1]", for: "reading" }, { pin: "buf[1]", for: "reading", fast: true }, { get: "buf[0]" }];
  assert.match(
    encodeProgram(1, programOf(setupWith({ main: { process: "app", run: [{ fork: "child" }, ...pins] } }))),
    / fork.0.1 pin_for_reading.0.1.1.0 pin_for_reading.0.1.1.1 get.0.0.1 load/,
  );
});

test("an area that a PMD can map is as large as that, and so are operations on all of it and on its end", () => {
  const huge = programFrom("collapsed", "main store buf[1]", "main collapse buf");
  assert.equal(encodeProgram(1, huge), "1 2wp 2 2 store.0.1.511 collapse.0.0.512");
});

test("a setup says whether MADV_PAGEOUT gets the page that a step names, or its whole VMA", () => {
  assert.match(encodeProgram(1, programFrom("huge", "main reclaim buf[0]")), / reclaim.0.0.1$/);
  assert.match(encodeProgram(1, programFrom("huge-swapped", "main reclaim buf[0]")), / reclaim.0.0.512$/);
});

test("an area is registered with userfaultfd if it is anonymous, mapped at the start, and something is armed", () => {
  const armed = setupWith({ handler: { process: "app", run: [{ uffd_wp: "buf" }] } });
  assert.match(encodeProgram(1, programOf(armed)), /^1 2wu,2wh,1wf /);
});

test("an area with asynchronous protection says so", () => {
  const spec = setupWith({ handler: { process: "app", run: [{ uffd_wp: "buf" }] } }).scenario;
  const processes = spec.system.processes.map((process) => ({
    ...process,
    vmas: process.vmas.map((vma) => (vma.name === "buf" ? ({ ...vma, userfaultfd: "async" } as const) : vma)),
  }));
  const scenario = { ...spec, system: { ...spec.system, processes } };
  assert.match(encodeProgram(1, { setup: { ...setup, scenario }, steps: [] }), /^1 2wa,2wh,1wf /);
});

test("a file in which holes are punched is on tmpfs", () => {
  const punched = setupWith({
    main: { process: "app", run: [{ fork: "child" }] },
    handler: { process: "app", run: [{ punch_hole: "map" }] },
  });
  assert.match(encodeProgram(1, programOf(punched)), /^1 2w,2w,1wt .* punch_hole.0.4.1$/);
});

test("a guest refuses a setup that a kernel cannot have", () => {
  const { scenario } = setup;
  const devices = [{ name: "gpu", driver: "nouveau" as const, memory: 0 }];
  assert.throws(
    () => layoutOf({ ...setup, name: "odd", scenario: { ...scenario, system: { ...scenario.system, devices } } }),
    /setup odd: a kernel can run no driver but test_hmm/,
  );
});

test("the guest's first line says how to read what follows", () => {
  assert.deepEqual(readReady("ready 29 1 loop 6.12.117"), ready);
  assert.throws(() => readReady("Kernel panic"), /the guest's first line is "Kernel panic"/);
});

test("the ending of a step is an errno or a signal, or that it is done", () => {
  const { observations } = answer("done", "EBUSY", "SIGSEGV", "end 7");
  assert.deepEqual(
    observations.map(({ ending }) => ending),
    [{ kind: "done" }, { kind: "error", errno: "EBUSY" }, { kind: "signal", signal: "SIGSEGV" }],
  );
  assert.throws(() => answer("garbage"), /begins with "garbage"/);
});

test("a complaint belongs to the step whose ending follows, or to the program's end", () => {
  const run = answer("done", "! BUG: Bad page state", "! WARNING: second", "done", "! Bad rss-counter", "end 7");
  assert.deepEqual(
    run.observations.map(({ complaints }) => complaints),
    [[], ["BUG: Bad page state", "WARNING: second"]],
  );
  assert.deepEqual(run.complaintsAtEnd, ["Bad rss-counter"]);
  assert.equal(run.over, true);
});

test("a step that does not end is a failure of the program", () => {
  const run = answer("done", "stuck", "end 7");
  assert.equal(run.observations.length, 1);
  assert.equal(run.failure, "step 2 did not end");
});

test("a step's words replace those of the step before and no others", () => {
  const count = wordCount(layoutOf(setup));
  const change = fc.tuple(fc.nat(count - 1), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 6 }), (steps) => {
      const toLine = (changes: Iterable<readonly [number, bigint]>) =>
        ["done", ...[...changes].map(([index, value]) => `${index}:${value.toString(16)}`)].join(" ");
      const inParts = answer(...steps.map(toLine)).observations;
      const known = new Map<number, bigint>();
      const whole = steps.map((changes) => {
        for (const [index, value] of changes) known.set(index, value);
        return answer(toLine(known)).observations[0];
      });
      assert.deepEqual(inParts, whole);
    }),
  );
});
