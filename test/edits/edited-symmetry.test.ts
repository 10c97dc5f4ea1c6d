import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgreement } from "../../scripts/library/agreement.ts";
import { questionIn } from "../../scripts/library/runs.ts";
import { prepare } from "../../src/check/prepare.ts";
import { search } from "../../src/checker/search.ts";
import { at } from "../../src/ir/lookup.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

const work = { process: "app", run: [{ reclaim: "buf[0]" }, { atomic_add: "buf[1]" }] };
const exit = { process: "app", run: [{ exit: "app" }] };

function prepared(edits: readonly string[]) {
  const content = {
    name: "edited",
    kernels: { "v6.15": "unknown" },
    without: ["reclaim-skips-pinned"],
    system: { pages: 3, swap: 2, processes: { app: { vmas: { buf: { pages: 2 } } } } },
    initially: [{ actor: "second", reclaim: "buf[0]" }],
    actors: { first: work, second: work, third: { ...exit, after: "second" }, fourth: { ...exit, after: "first" } },
    properties: "all",
    edits,
  };
  const spec = parseSpec(JSON.stringify(content), "edited.json");
  const run = at(spec.kernels, 0);
  return prepare({ buildModel }, spec, run.kernel, run);
}

test("an inserted step may take the page of an empty entry for P0, so the pages of an edited scenario are not alike", async () => {
  const question = questionIn(prepared(["insert get_page_unless_zero before unmap_page_range: tlb_flush_mmu"]));
  const { program, properties, symmetries } = question;
  const found = await search(program, properties, { workers: 1, symmetries });
  assert.ok(found.violations.length > 0);
  assertAgreement(found, question);
});

test("an edit that changes nothing in a scenario leaves its pages alike, and a report says what an edit that changes something does", () => {
  const names = ({ symmetries }: ReturnType<typeof prepared>) => symmetries.map(({ name }) => name);
  assert.deepEqual(names(prepared(["drop try_to_migrate_one: set_pte_at"])), names(prepared([])));
  assert.ok(names(prepared([])).includes("pages"));
  const { leftOut } = prepared(["drop unmap_page_range: tlb_flush_mmu"]);
  assert.deepEqual(
    leftOut.map(({ name, because }) => [name, because]),
    [["pages", [{ kind: "edit", name: "an edited step", expr: "drop unmap_page_range: tlb_flush_mmu" }]]],
  );
});
