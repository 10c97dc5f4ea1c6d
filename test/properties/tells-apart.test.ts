import assert from "node:assert/strict";
import { test } from "node:test";
import { mayTellApart } from "../../src/properties/tells-apart.ts";

const elements = ["P0", "writer"];

for (const expr of [
  "pages[0].refcount < 2",
  'actors.exists(a, a.actor == "writer")',
  "ptes.exists(e, e.pfn == 1)",
  "actors.exists(a, a.actor == 'writer')",
  "pages.exists(p, p.refcount == 2)",
  "ptes.all(e, pages[e.pfn].locked)",
  "ptes.all(e, device_ptes.all(d, e.pfn != d.pfn))",
])
  test(`${expr} may tell pages or threads apart`, () => assert.equal(mayTellApart(expr, elements), true));

for (const expr of [
  'ptes.exists(e, e.kind == "present" && e.write)',
  "actors.all(a, a.finished)",
  'actors.exists(a, a.actor == "engine")',
  'step.label == "after 2 tries" || p0.locked',
])
  test(`${expr} cannot`, () => assert.equal(mayTellApart(expr, elements), false));
