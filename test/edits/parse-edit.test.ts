import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Edit, printEdit } from "../../src/edits/edit.ts";
import { looksLikeEdit, parseEdit, parseStep } from "../../src/edits/parse-edit.ts";
import { features } from "../../src/model/features/catalogue.ts";
import { primitiveNames } from "../../src/model/primitives.ts";

const step = { procedure: "remove_device_exclusive_entry", label: "unlock_page" };

function problemOf(text: string): string {
  const { problem } = parseEdit(text);
  assert.ok(problem !== undefined, `${text} is accepted`);
  return `${text.slice(problem.offset, problem.offset + problem.length)} | ${problem.message} | ${problem.hint ?? ""}`;
}

test("each form of an edit is read", () => {
  const read: readonly (readonly [string, Edit])[] = [
    ["drop remove_device_exclusive_entry: unlock_page", { kind: "drop", step }],
    [
      "drop dropping page_lock from remove_device_exclusive_entry: unlock_page",
      { kind: "drop-effect", step, effect: "dropping page_lock" },
    ],
    [
      'drop choosing "out of memory" from remove_device_exclusive_entry: unlock_page',
      { kind: "drop-effect", step, effect: 'choosing "out of memory"' },
    ],
    [
      "drop call mmu_notifier_invalidate_range_start from remove_device_exclusive_entry",
      { kind: "drop-call", procedure: step.procedure, callee: "mmu_notifier_invalidate_range_start" },
    ],
    [
      "move remove_device_exclusive_entry: unlock_page after folio_put",
      { kind: "move", step, side: "after", label: "folio_put" },
    ],
    ["swap remove_device_exclusive_entry: unlock_page with folio_put", { kind: "swap", step, label: "folio_put" }],
    [
      "insert get_page before remove_device_exclusive_entry: unlock_page",
      { kind: "insert", primitive: "get_page", side: "before", step },
    ],
    ["insert pte_same before remove_device_exclusive_entry: unlock_page", { kind: "recheck", step }],
    [
      "keep remove_device_exclusive_entry: unlock_page only without anon-exclusive",
      { kind: "only", step, feature: "anon-exclusive", on: false },
    ],
    [
      "split remove_device_exclusive_entry: unlock_page before dropping page_lock",
      { kind: "split", step, effect: "dropping page_lock" },
    ],
  ];
  for (const [text, edit] of read) assert.deepEqual(parseEdit(text), { edit });
});

test("a label that contains a keyword of the edit language is quoted", () => {
  const text = 'move remove_device_exclusive_entry: "folio_put before retry" after "lock_page with mmap_lock"';
  const edit: Edit = {
    kind: "move",
    step: { ...step, label: "folio_put before retry" },
    side: "after",
    label: "lock_page with mmap_lock",
  };
  assert.deepEqual(parseEdit(text), { edit });
  assert.equal(printEdit(edit), text);
});

test("a mistake in an edit is reported at its place", () => {
  assert.equal(problemOf("dorp a: b"), 'dorp | there is no edit "dorp" | did you mean drop?');
  assert.equal(
    problemOf("insert get_pgae before a: b"),
    'get_pgae | there is no primitive "get_pgae" | did you mean get_page?',
  );
  assert.equal(
    problemOf("keep a: b only with anon-exclusiv"),
    'anon-exclusiv | there is no feature "anon-exclusiv" | did you mean anon-exclusive?',
  );
  assert.equal(problemOf("insert pte_same after a: b"), "after | pte_same can stand before a step only | write before");
  assert.equal(problemOf("drop folio_put"), "folio_put | a step is named PROCEDURE: STEP | ");
  assert.match(problemOf("move a: b"), /an edit has the form: move PROCEDURE: STEP before STEP/);
  assert.match(problemOf("swap"), /an edit has the form: swap PROCEDURE: STEP with STEP/);
  assert.match(problemOf("drop a:"), /the name of a step is missing/);
});

test("a file name does not count as an edit, but a mistyped edit does", () => {
  assert.deepEqual(["edits.txt", "./drop it/edits.json", "drop", "drop a: b", "split x"].map(looksLikeEdit), [
    false,
    false,
    false,
    true,
    true,
  ]);
});

const record = <T>(shape: { readonly [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(shape, { noNullPrototype: true });
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const label = fc
  .array(fc.constantFrom("unlock_page", "before", "with", "folio_put", "only", "under the PTL", "(old)", "after"), {
    minLength: 1,
    maxLength: 3,
  })
  .map((words) => words.join(" "));
const stepName = record({ procedure: name, label });
const side = fc.constantFrom("before" as const, "after" as const);
const effect = fc.constantFrom("taking page_lock", "dropping a reference", "rechecking the entry (pte_same)");
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  record({ kind: fc.constant("drop" as const), step: stepName }),
  record({ kind: fc.constant("drop-effect" as const), step: stepName, effect }),
  record({ kind: fc.constant("drop-call" as const), procedure: name, callee: name }),
  record({ kind: fc.constant("move" as const), step: stepName, side, label }),
  record({ kind: fc.constant("swap" as const), step: stepName, label }),
  record({
    kind: fc.constant("insert" as const),
    primitive: fc.constantFrom(...primitiveNames),
    side,
    step: stepName,
  }),
  record({ kind: fc.constant("recheck" as const), step: stepName }),
  record({
    kind: fc.constant("only" as const),
    step: stepName,
    feature: fc.constantFrom(...features.map((feature) => feature.name)),
    on: fc.boolean(),
  }),
  record({ kind: fc.constant("split" as const), step: stepName, effect }),
);

test("an edit that is printed and read again is the same", () => {
  fc.assert(
    fc.property(anyEdit, (edit) => {
      assert.deepEqual(parseEdit(printEdit(edit)), { edit });
    }),
  );
});

test("any text is read, or is refused with a place in it", () => {
  const texts = fc.oneof(
    fc.string(),
    anyEdit.map(printEdit).chain((text) => fc.mixedCase(fc.constant(text))),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { problem } = parseEdit(text);
      if (problem === undefined) return;
      assert.ok(problem.offset >= 0 && problem.offset <= text.length && problem.length >= 1);
    }),
  );
});

test("a step alone is named as in an edit", () => {
  assert.deepEqual(parseStep(' remove_device_exclusive_entry : "unlock_page" ').step, step);
  assert.equal(parseStep("remove_device_exclusive_entry:").problem?.message, "the name of a step is missing");
});
