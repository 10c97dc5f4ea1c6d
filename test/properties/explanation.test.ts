import assert from "node:assert/strict";
import { test } from "node:test";
import { compileProperty } from "../../src/properties/compile.ts";
import type { Explanation } from "../../src/properties/explain.ts";
import { type SmallState, smallSystem, writeEvent } from "./small-system.ts";

const system = smallSystem(2, 3);
const state: SmallState = {
  pages: [
    { refcount: 1, locked: 0, flags: 1 },
    { refcount: 2, locked: 1, flags: 0 },
  ],
  ptes: [
    { kind: 0, pfn: 0, write: 0 },
    { kind: 1, pfn: 1, write: 1 },
    { kind: 2, pfn: 1, write: 0 },
  ],
  total: 3,
  mode: 1,
};

function explain(text: string): Explanation {
  const compiled = compileProperty(text, { schema: system.schema, event: writeEvent });
  assert.ok(compiled.ok, JSON.stringify(compiled));
  const evaluate = system.evaluator(state, { ...state, total: 1 }, { args: [1, 0, 2] });
  assert.equal(evaluate(compiled.expr), 0);
  return compiled.explain(evaluate);
}

/** The explanation in one line: bindings, the part, and its values. */
function told(text: string): string {
  const { text: part, is, bindings, values } = explain(text);
  const where = bindings.map(({ name, label }) => `${name} = ${label}: `).join("");
  return `${where}${part} is ${is}; ${values.map(({ text, value }) => `${text} = ${value}`).join(", ")}`;
}

test("a conjunction is explained by its first false side", () => {
  assert.equal(told("total > 2 && total < 2 && pages[0].locked"), "total < 2 is false; total = 3");
});

test("`all` is explained by the label of the first element that fails", () => {
  assert.equal(told("pages.all(p, p.refcount > 0 && !p.locked)"), "p = P1: !p.locked is false; p.locked = true");
});

test("nested macros are explained with all their elements", () => {
  assert.equal(
    told("pages.all(p, ptes.all(e, e.pfn == 1 || !p.locked))"),
    "p = P1: e = E0: e.pfn == 1 || !p.locked is false; e.pfn = P0, p.locked = true",
  );
});

test("a disjunction is explained by both sides, with its parentheses", () => {
  assert.equal(
    told("(!pages[1].locked || total == 4) && true"),
    "!pages[1].locked || total == 4 is false; pages[1].locked = true, total = 3",
  );
});

test("an element that should not exist is named", () => {
  assert.equal(
    told('!ptes.exists(e, e.kind == "device_exclusive" && e.pfn == event.page)'),
    'e = E2: e.kind == "device_exclusive" && e.pfn == event.page is true; e.kind = device_exclusive, e.pfn = P1, event.page = P1',
  );
});

test("if an element should exist and none does, a few elements are explained one by one", () => {
  assert.equal(
    told("pages.exists(p, p.refcount > 5)"),
    "pages.exists(p, p.refcount > 5) is false; p.refcount (p = P0) = 1, p.refcount (p = P1) = 2",
  );
});

test("if exactly one element should exist, those that match are named", () => {
  assert.equal(
    told("pages.exists_one(p, p.refcount > 0)"),
    "pages.exists_one(p, p.refcount > 0) is false; pages.filter(p, p.refcount > 0) = [P0, P1]",
  );
});

test("a sum is explained with its terms, and a size with the elements that it counts", () => {
  assert.equal(
    told('pages.all(p, p.refcount == size(ptes.filter(e, e.kind != "none" && e.pfn == p.index)) + (p.locked ? 1 : 0))'),
    'p = P0: p.refcount == size(ptes.filter(e, e.kind != "none" && e.pfn == p.index)) + (p.locked ? 1 : 0) is false; ' +
      "p.refcount = 1, " +
      'size(ptes.filter(e, e.kind != "none" && e.pfn == p.index)) + (p.locked ? 1 : 0) = 0, ' +
      'size(ptes.filter(e, e.kind != "none" && e.pfn == p.index)) = 0, ' +
      'ptes.filter(e, e.kind != "none" && e.pfn == p.index) = [], p.locked = false',
  );
});

test("a sum of several terms is explained with the sum and each term, but without partial sums", () => {
  assert.equal(
    told("pages[0].refcount + pages[1].refcount + pages[0].refcount < 4"),
    "pages[0].refcount + pages[1].refcount + pages[0].refcount < 4 is false; " +
      "pages[0].refcount + pages[1].refcount + pages[0].refcount = 4, pages[0].refcount = 1, pages[1].refcount = 2",
  );
});

test("elements that a filter leaves out are not named", () => {
  assert.equal(
    told("pages.filter(p, p.locked).all(p, p.refcount == 1)"),
    "p = P1: p.refcount == 1 is false; p.refcount = 2",
  );
});

test("a position that depends on the step is shown beside the value, and words by their fields", () => {
  assert.equal(
    told("pages[event.page].refcount < old.pages[event.page].refcount"),
    "pages[event.page].refcount < old.pages[event.page].refcount is false; " +
      "pages[event.page].refcount = 2, event.page = P1, old.pages[event.page].refcount = 2",
  );
  assert.equal(
    told("pages[0].flags == event.before"),
    "pages[0].flags == event.before is false; pages[0].flags = soft_dirty level=0, event.before = -",
  );
});

test("a conditional is explained by its condition and the side taken", () => {
  assert.equal(
    told('mode == "busy" ? total == old.total : true'),
    'mode == "busy" ? total == old.total : true is false; mode = busy, total = 3, old.total = 1',
  );
});

test("a text of several lines is shown on one line", () => {
  assert.equal(told("total ==\n    4"), "total == 4 is false; total = 3");
});
