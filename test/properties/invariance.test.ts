/** Which expressions can tell apart the elements that a scenario's symmetries permute. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prepare } from "../../src/check/prepare.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

const scenario = {
  name: "two-threads",
  kernels: { "v6.4": "unknown" },
  system: {
    pages: 3,
    processes: { app: { vmas: { buf: { pages: 2 } } } },
    devices: { gpu: { driver: "nouveau" } },
  },
  actors: {
    one: { process: "app", run: [{ store: "buf[0]" }] },
    two: { process: "app", run: [{ store: "buf[0]" }] },
    three: { process: "app", run: [{ pin: "buf[1]" }, { reclaim: "buf[0]" }] },
    engine: { device: "gpu", process: "app", run: [{ atomic: "buf[0]" }] },
  },
};

/** The names of the symmetries that a search with the property, or a reachable state, leaves out. */
function leftOut(extra: object): readonly string[] {
  const spec = parseSpec(JSON.stringify({ ...scenario, properties: ["no-deadlock"], ...extra }), "two-threads.json");
  const { leftOut: found } = prepare({ buildModel }, spec, "v6.4", { with: [], without: [] });
  return found.map(({ name }) => name).sort();
}

function leftOutBy(expr: string, on?: string): readonly string[] {
  return leftOut({ properties: [{ name: "own", expr, ...(on === undefined ? {} : { on }) }] });
}

const apart: readonly (readonly [expr: string, symmetries: readonly string[], on?: string])[] = [
  // By position, by name, by order.
  ["pages[0].refcount < 2", ["pages"]],
  ["pages.map(p, p.anon) != [false, true, true]", ["pages"]],
  ["pages.all(p, p.index > 0 || !p.locked)", ["pages"]],
  ["pages.all(p, pages.all(q, p.index < q.index ? p.refcount >= q.refcount : true))", ["pages"]],
  ["pages.map(p, p.index * (p.locked ? 1 : 0)).sum() < 2", ["pages"]],
  ["pages.filter(p, p.locked).map(p, p.index).sum() != 2", ["pages"]],
  ["size(pages.filter(p, p.locked && p.index in [0, 1])) < 2", ["pages"]],
  ["ptes.all(e, !e.mapped || e.folio == e.va)", ["pages"]],
  ["ptes.map(e, e.pfn).sum() < 3", ["pages"]],
  ["ptes.all(e, !e.mapped || e.pfn < 2)", ["pages"]],
  ["ptes.all(e, !e.mapped || e.pfn + 1 != 1)", ["pages"]],
  ["ptes.all(e, !e.mapped || pages[e.pfn + 1].refcount < 2)", ["pages"]],
  ["pins.all(p, !p.valid || p.pfn != 0)", ["pages"]],
  ["swap_slots.all(s, s.page < 1)", ["pages"]],
  ["pages == old.pages.map(p, p) && pages[1] == pages[1] && pages[0].refcount == 1", ["pages"], "step"],
  ["event.page != 2", ["pages"], "cpu_store"],
  ["event.page <= old.ptes.filter(e, e.mapped).map(e, e.pfn).sum()", ["pages"], "cpu_store"],
  ["event.before.pfn == 1", ["pages"], "pte_made_exclusive"],
  ['actors.exists(a, a.actor == "two" && a.finished)', ["threads"]],
  ["actors[1].finished", ["threads"]],
  ["actors.map(a, a.finished) != [true, false, false, false]", ["threads"]],
  ["cpu_tlbs[0].valid", ["threads"]],
  ['cpu_tlbs.all(t, t.thread == "one" || !t.valid || t.pfn != 0)', ["pages", "threads"]],
  ['step.actor != "one"', ["threads"], "step"],
  // The page of an empty entry reads as P0.
  ["ptes.all(e, pages[e.pfn].refcount < 2)", ["pages"]],
  ["ptes.exists(e, e.pfn == ptes[0].pfn)", []],
  ["ptes.exists(e, ptes.exists(f, e.va != f.va && e.pfn == f.pfn))", ["pages"]],
  ["cpu_tlbs.all(t, device_ptes.all(d, t.pfn != d.pfn))", ["pages"]],
];

for (const [expr, symmetries, on] of apart)
  test(`${expr} ${symmetries.length === 0 ? "tells nothing apart" : `may tell ${symmetries.join(" and ")} apart`}`, () =>
    assert.deepEqual(leftOutBy(expr, on), symmetries));

const alike: readonly (readonly [expr: string, on?: string])[] = [
  ["pages.all(p, p.refcount < 3)"],
  ["size(pages.filter(p, p.locked)) < 2"],
  ["pages.exists_one(p, p.anon)"],
  ["pages.map(p, p.refcount).sum() == size(ptes.filter(e, e.mapped)) * 2"],
  ["pages.map(p, p.anon) != [true, true, true]"],
  ["pages.all(p, pages.all(q, p.index == q.index || !p.locked || !q.locked))"],
  ["pages.all(p, pages.all(q, p.index < q.index ? p.refcount + q.refcount < 5 : true))"],
  ["!pages[0].locked && !pages[1].locked && !pages[2].locked"],
  ["ptes.all(e, !e.mapped || pages[e.pfn].refcount > 0)"],
  ['ptes.all(e, e.kind == "present" ? !pages[e.pfn].locked : true)'],
  ['ptes.all(e, e.pfn != 0 || e.kind == "none" || true)'],
  ["ptes.all(e, ptes.all(f, !e.mapped || !f.mapped || e.pfn != f.pfn || e.va == f.va))"],
  ["ptes.exists(e, e.mapped && e.pfn in [0, 1, 2])"],
  ["pins.all(p, !p.valid || pages[p.pfn].pins > 0)"],
  ["swap_slots.all(s, !s.cached || pages[s.page].swap_cache)"],
  ["devices.all(d, !d.atomic_in_flight || pages[d.atomic_page].refcount > 0)"],
  ['actors.all(a, a.actor == "engine" || !a.failed)'],
  ['actors.exists(a, (a.actor == "one" || a.actor == "two") && a.finished)'],
  ["actors.all(a, a.references < 3)"],
  ["cpu_tlbs.all(t, !t.valid || pages[t.pfn].anon)"],
  ["pages[event.page].refcount > 0 && old.pages[event.page].refcount > 0", "cpu_store"],
  ["ptes.exists(e, e.va == event.va && e.mapped && e.pfn == event.page)", "cpu_store"],
  ['step.actor == "one" || step.actor == "two"', "cpu_store"],
  ['step.procedure != "do_wp_page" || old.ptes.exists(e, e.mapped)', "step"],
  ["event.before.soft_dirty == event.after.soft_dirty", "pte_made_exclusive"],
];

for (const [expr, on] of alike) test(`${expr} tells nothing apart`, () => assert.deepEqual(leftOutBy(expr, on), []));

test("premises and states that must be reachable are examined like the condition of a property", () => {
  const premise = { name: "own", expr: "true", premise: "pages[0].locked" };
  assert.deepEqual(leftOut({ properties: [premise] }), ["pages"]);
  assert.deepEqual(leftOut({ sometimes: [{ name: "locked", expr: "pages[0].locked" }] }), ["pages"]);
});

test("built-in properties are examined like all others, and tell nothing apart", () => {
  assert.deepEqual(leftOut({ properties: "all" }), []);
});
