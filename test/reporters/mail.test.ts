import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { Chalk } from "chalk";
import fc from "fast-check";
import { drawnRace, mailText } from "../../src/reporters/mail.ts";
import type { Trace, TraceStep } from "../../src/trace/format.ts";
import { faultRace } from "../fixtures/fault-race.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const { trace } = faultRace();

test("a counterexample is drawn as call trees side by side, and ends with what goes wrong", () => {
  assert.equal(
    mailText(trace).join("\n"),
    `exclusive-check: fault-race on v8 (the series as posted in 2021):
  no-use-after-free is violated

no-use-after-free promises: No actor locks, maps, restores, reads or
writes a page after it was freed, or freed and used again.

At the start: pte[parent][buf0]: device_exclusive P0 W S,
  refcount[P0]: 1

faulter                   zapper
-------                   ------
load buf[0]
  do_user_addr_fault()
    handle_pte_fault()
      read orig_pte
        // reads the entry device_exclusive P0 W S without the PTL
        // faulter took P0 from the entry, without a reference
                          madvise_dontneed buf[0]
                            zap_page_range()
                              zap_pte_range buf[0]
                          // pte[parent][buf0]: device_exclusive -> none
                          // refcount[P0]: 1 -> 0
                          // the page that faulter took was freed
      remove_device_exclusive_entry()
        trylock_page
          // page_lock[P0]: free -> faulter
          <-- violates no-use-after-free
(W writable; S soft-dirty)

At trylock_page in remove_device_exclusive_entry(), faulter uses P0,
which violates no-use-after-free: faulter took P0 from the entry,
without a reference; the page that faulter took was freed (by zapper).`,
  );
});

test("a function is named when it is entered, and not again when its actor goes on after another one", () => {
  const lines = mailText(trace);
  const calls = lines.filter((line) => /^ *[a-z_]+\(\)$/.test(line)).map((line) => line.trim());
  assert.deepEqual(calls, [
    "do_user_addr_fault()",
    "handle_pte_fault()",
    "zap_page_range()",
    "remove_device_exclusive_entry()",
  ]);
  const depthOf = (text: string) => lines.find((line) => line.trimStart().startsWith(text))?.search(/\S/);
  assert.equal(depthOf("remove_device_exclusive_entry()"), depthOf("read orig_pte"));
});

test("a function that was left and is called again is named again, although the steps between are not drawn", () => {
  const [first, second] = [trace.steps.find(({ label }) => label === "read orig_pte"), trace.steps.at(-1)];
  assert.ok(first && second);
  const within = first.stack.slice(0, -1);
  const between = { ...first, stack: within, procedure: within.at(-1) ?? "", matters: false };
  const steps = [first, between, { ...first, label: "again" }, second];
  const lines = mailText({ ...trace, steps: steps.map((step, at) => ({ ...step, n: at + 1 })) });
  assert.equal(lines.filter((line) => line.trim() === "handle_pte_fault()").length, 2, lines.join("\n"));
});

test("in a deadlock every actor that cannot go on is drawn where it waits, and for what", () => {
  const lines = mailText(sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock"));
  const waits = lines.filter((line) => line.includes("// waits for"));
  assert.deepEqual(
    waits.map((line) => line.trim().replace(/^second_lock {2}/, "")),
    ["// waits for lock[b], which two set to true", "// waits for lock[a], which one set to true"],
  );
});

test("a step that only happened because something rare was chosen is drawn, although it had no effect", () => {
  const choice = { number: 1, alternatives: ["out of memory"] };
  const isSecond = ({ n }: TraceStep) => n === 2;
  const steps = trace.steps.map((step) => (isSecond(step) ? { ...step, choice, matters: false } : step));
  assert.ok(mailText({ ...trace, steps }).some((line) => line.includes(`${steps[1]?.label} (out of memory)`)));
});

test("colours mark the titles, the comments and the violating step, and change nothing else", () => {
  const [plain, colored] = [0, 1].map((level) => drawnRace(trace, new Chalk({ level: level as 0 | 1 })));
  const { red } = new Chalk({ level: 1 });
  assert.deepEqual(colored?.map(stripVTControlCharacters), plain);
  const step = plain?.find((line) => line.endsWith("<-- violates no-use-after-free")) ?? "";
  assert.ok(colored?.includes(red(step)));
});

test("a violation of the initial state needs no drawing", () => {
  assert.deepEqual(mailText({ ...trace, steps: [], violation: { kind: "state", message: "it is odd" } }).slice(-3), [
    "writes a page after it was freed, or freed and used again.",
    "",
    "The initial state violates no-use-after-free: it is odd.",
  ]);
});

test("if one actor alone causes the violation, its whole path is drawn", () => {
  const alone = trace.steps.filter(({ actor }) => actor === "faulter").map((step, at) => ({ ...step, n: at + 1 }));
  const steps = alone.map((step) => ({ ...step, matters: step.n === alone.length }));
  const lines = mailText({ ...trace, steps });
  for (const { label } of steps)
    assert.ok(
      lines.some((line) => line.includes(label)),
      label,
    );
});

test("if the names are too long for their columns, letters stand for them", () => {
  const steps = trace.steps.map((step) => ({ ...step, actor: `${step.actor}_of_the_parent_process_${step.actor}` }));
  const lines = mailText({ ...trace, steps });
  assert.ok(lines.includes("A faulter_of_the_parent_process_faulter"), lines.join("\n"));
  assert.ok(lines.some((line) => /^A {9,}B$/.test(line)));
});

test("steps that concern only their own actor are left out first, and the drawing says how many", () => {
  const [first = trace.steps[0], ...others] = trace.steps;
  assert.ok(first);
  const change = { variable: "other", kind: "shared", old: "0", new: "1" } as const;
  const idle = Array.from({ length: 60 }, () => ({ ...first, matters: true, changes: [change], sees: [] }));
  const steps = [...idle, ...others].map((step, at) => ({ ...step, n: at + 1 }));
  const lines = mailText({ ...trace, steps });
  assert.ok(
    lines.some((line) => line.trim() === "[60 steps]"),
    lines.join("\n"),
  );
  assert.ok(lines.some((line) => line.includes("zap_pte_range buf[0]")));
});

test("the values at the start do not contradict the first step that speaks of them, if a folded step changed them", () => {
  const colour = (old: string, now: string) => ({ variable: "colour", kind: "shared", old, new: now }) as const;
  const startOf = (before: readonly TraceStep[], found: string) => {
    const last = trace.steps.slice(-1).map((step) => ({ ...step, changes: [colour(found, "blue")] }));
    const steps = [...before, ...trace.steps.slice(0, -1), ...last].map((step, at) => ({ ...step, n: at + 1 }));
    const lines = mailText({ ...trace, initial: { ...trace.initial, colour: "red" }, steps });
    assert.ok(
      lines.some((line) => line.includes(`colour: ${found} -> blue`)),
      lines.join("\n"),
    );
    return lines.filter((line) => line.includes("colour: red") && !line.includes("->"));
  };
  const own = trace.steps.filter((step) => step.actor === trace.steps.at(-1)?.actor).slice(0, 1);
  const folded = own.flatMap((step) =>
    Array.from({ length: 60 }, (_, at) => ({
      ...step,
      matters: true,
      sees: [],
      changes: at === 0 ? [colour("red", "green")] : [],
    })),
  );

  assert.equal(startOf([], "red").length, 1);
  assert.deepEqual(startOf(folded, "green"), []);
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

test("the values at the start come before the drawing, and every change of the freed page's references is drawn", () => {
  const lines = mailText(trace);
  const start = lines.findIndex((line) => line.startsWith("At the start: "));
  assert.ok(start > 0 && start < lines.findIndex((line) => line.startsWith("faulter")), lines.join("\n"));
  const isCount = ({ variable }: { readonly variable: string }) => variable === "refcount[P0]";
  const counted = trace.steps.flatMap(({ changes }) => changes.filter(isCount));
  assert.ok(counted.length > 0);
  for (const { old, new: now } of counted)
    assert.ok(
      lines.some((line) => line.includes(`refcount[P0]: ${old} -> ${now}`)),
      `${old} -> ${now}`,
    );
});

test("no line below the titles begins left of its actor's column", () => {
  const lines = mailText(trace);
  const column = lines.find((line) => line.startsWith("faulter "))?.indexOf("zapper") ?? 0;
  const from = lines.findIndex((line) => line.trim() === "madvise_dontneed buf[0]");
  const to = lines.findIndex((line) => line.trim() === "remove_device_exclusive_entry()");
  assert.ok(column > 0 && from > 0 && to > from);
  for (const line of lines.slice(from, to)) assert.ok(line.search(/\S/) >= column, line);
});

test("a deadlock ends with who waits for whom", () => {
  const end = mailText(sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock"))
    .slice(-2)
    .join(" ");
  assert.ok(end.endsWith("one waits for two; two waits for one."), end);
});

test("a state property ends with the values that break it, not with its text", () => {
  const facts = [
    { variable: "pte[parent][buf[0]]", value: "present pfn=P0 write" },
    { variable: "device_pte[gpu][buf[0]]", value: "valid pfn=P0 atomic" },
  ];
  const explanation = { text: "e.pfn == d.pfn", is: true, bindings: [], values: [] };
  const end = mailText({ ...trace, violation: { kind: "state", message: "", explanation, facts } })
    .slice(-3)
    .join(" ");
  const values = "pte[parent][buf0] is present P0 W while device_pte[gpu][buf0] is valid P0 atomic.";
  assert.ok(end.endsWith(values), end);
});

test("the legend explains the letters in the last sentence too, and takes no actor's name for a letter", () => {
  const facts = [
    { variable: "pte[parent][buf[0]]", value: "present pfn=P0 dirty" },
    { variable: "device_pte[gpu][buf[0]]", value: "valid pfn=P0 atomic" },
  ];
  const steps = trace.steps.map((step) => ({ ...step, actor: step.actor === "faulter" ? "A" : step.actor }));
  const lines = mailText({ ...trace, steps, violation: { kind: "state", message: "", facts } });
  assert.ok(lines.includes("(W writable; D dirty; S soft-dirty)"), lines.join("\n"));
});

test("a property without such values ends with the operands of the part that fails, and with the part only if it has none", () => {
  const explanation = { text: "before == after", is: false, bindings: [] };
  const endOf = (values: readonly { readonly text: string; readonly value: string }[]) =>
    mailText({ ...trace, violation: { kind: "step", message: "", explanation: { ...explanation, values } } }).join(" ");
  const operands = endOf([
    { text: "before", value: "false" },
    { text: "after", value: "true" },
  ]);
  assert.ok(operands.endsWith("no-use-after-free: before is false while after is true."), operands);
  assert.ok(endOf([]).endsWith("no-use-after-free: before == after must be true."));
});
