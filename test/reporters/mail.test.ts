import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mailText } from "../../src/reporters/mail.ts";
import type { Trace } from "../../src/trace/format.ts";
import { faultRace } from "../fixtures/fault-race.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const { trace } = faultRace();

test("a counterexample is drawn with its actors side by side, and ends with the violated property", () => {
  assert.equal(
    mailText(trace).join("\n"),
    `exclusive-check: fault-race on v8: no-use-after-free is violated

No actor locks, maps, restores, reads or writes a page after it was
freed, or freed and used again.

faulter: load buf[0]; zapper: madvise_dontneed buf[0]

faulter                   zapper
-------                   ------
handle_pte_fault()
  read orig_pte  // sees pte[parent][buf0]: device_exclusive P0 W S
                          zap_page_range()
                            zap_pte_range buf[0]
                          // pte[parent][buf0]: device_exclusive -> none
                          // refcount[P0]: 1 -> 0
remove_device_exclusive_entry()
  trylock_page  // page_lock[P0]: free -> faulter

W writable; S soft-dirty

faulter, remove_device_exclusive_entry(): the event page_use violates
the property (faulter uses P0 without holding a reference; the page that
faulter uses was freed)`,
  );
});

const sample = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");
const steps = [...trace.steps, ...sample.steps];

test("no drawing is wider than a mail or longer than 40 lines, and each shows the last step", () => {
  const actor = fc.stringMatching(/^[a-z]{1,30}$/);
  const actors = fc.uniqueArray(actor, { minLength: 1, maxLength: 5 });
  const drawn = actors.chain((names) =>
    fc.array(fc.record({ step: fc.constantFrom(...steps), actor: fc.constantFrom(...names), matters: fc.boolean() }), {
      minLength: 1,
      maxLength: 90,
    }),
  );
  fc.assert(
    fc.property(drawn, (list) => {
      const drawing: Trace = {
        ...trace,
        steps: list.map(({ step, ...own }, position) => ({ ...step, ...own, n: position + 1 })),
      };
      const lines = mailText(drawing);
      const last = drawing.steps.at(-1);
      assert.ok(lines.length <= 40, `${lines.length} lines`);
      for (const line of lines) assert.ok(line.length <= 72, line);
      assert.ok(lines.some((line) => line.includes(last?.label ?? "")));
    }),
  );
});
