import assert from "node:assert/strict";
import { test } from "node:test";
import { compileProperty, type PropertyContext } from "../../src/properties/compile.ts";
import { smallSystem, writeEvent } from "./small-system.ts";

const { schema } = smallSystem(2, 2);
const names = { actors: ["writer"], procedures: ["do_wp_page"], labels: ["pte_lock"] };

interface Expected {
  readonly message: RegExp;
  readonly hint?: string;
}

/** `marked` is a property whose faulty part stands between » and «. */
function rejects(title: string, marked: string, expected: Expected, more: Partial<PropertyContext> = {}): void {
  test(title, () => {
    const text = marked.replace(/[»«]/g, "");
    const compiled = compileProperty(text, { schema, ...more });
    assert.ok(!compiled.ok, "no error was found");
    const [issue, ...others] = compiled.issues;
    assert.ok(issue !== undefined);
    assert.deepEqual(others, []);
    assert.match(issue.message, expected.message);
    assert.equal(issue.hint, expected.hint);
    const before = text.slice(0, issue.offset);
    const after = text.slice(issue.offset + issue.length);
    assert.equal(`${before}»${text.slice(issue.offset, issue.offset + issue.length)}«${after}`, marked);
  });
}

rejects("an empty property is an error", "»  «", { message: /empty/ });
rejects("a missing parenthesis is found at the end", "pages.all(p, true»«", {
  message: /^expected `\)`, got the end$/,
});
rejects("a string without an end is an error", 'mode == »"busy«', { message: /unterminated string/ });
rejects("an unknown character is an error", "total »#« 1", { message: /unexpected character/ });
rejects("a single = is taken for a mistyped ==", "total »=« 1", {
  message: /unexpected character/,
  hint: "== compares",
});

rejects("an unknown name lists the known ones", "»page«.size() == 2", {
  message: /^there is no `page`; the names are pages, ptes, total, mode$/,
  hint: "did you mean `pages`?",
});
rejects("an unknown field lists the known ones, at the field", "pages.all(p, p.»refcont« == 1)", {
  message: /^Page has no `refcont`; it has index, refcount, locked, flags$/,
  hint: "did you mean `refcount`?",
});
const labels = ["a", "b", "c", "d", "e", "f", "restore under the PTL", "unlock_page", "lock_page", "trylock_page"];
rejects(
  "of many names, those most like the given one are listed, the nearest first",
  'step.label == »"lock_pag"«',
  {
    message: /^Label is never "lock_pag"; it is one of "lock_page", "unlock_page", "trylock_page", .* and 2 others$/,
    hint: 'did you mean "lock_page"?',
  },
  { step: { ...names, labels } },
);
rejects(
  "a name that contains the given one is near",
  'step.label == »"restore"«',
  { message: /^Label is never "restore"; it is one of "restore under the PTL", / },
  { step: { ...names, labels } },
);
rejects("a word's field is looked up like a record's", "pages[0].flags.»sot_dirty«", {
  message: /^Flags has no `sot_dirty`/,
  hint: "did you mean `soft_dirty`?",
});
rejects("a field of a list asks for its elements", "pages.»locked«", {
  message: /^a list has no `locked`$/,
  hint: "look at its elements: pages.all(x, ... x.locked ...)",
});
rejects("a field of a number is an error", "total.»size« == 1", { message: /an int has no fields/ });
rejects("a macro's variable is unknown outside of it", "pages.all(p, p.locked) && »p«.locked", {
  message: /there is no `p`/,
});

rejects("an unknown literal is an error, with the known ones", 'ptes.all(e, e.kind == »"presnt"«)', {
  message: /^PteKind is never "presnt"; it is one of "none", "present", "device_exclusive", "swap"$/,
  hint: 'did you mean "present"?',
});
rejects("an unknown literal is found in a list", 'ptes.all(e, e.kind in ["none", »"Present"«])', {
  message: /never "Present"/,
  hint: 'did you mean "present"?',
});
rejects("an unknown literal is found behind a condition", 'ptes[0].kind == (total > 0 ? "none" : »"exclusive"«)', {
  message: /never "exclusive"/,
});
rejects("two enumerations cannot be compared", "»ptes[0].kind == mode«", {
  message: /^cannot compare enum PteKind with enum Mode$/,
});
rejects("an enumeration is no number", "»ptes[0].kind == 1«", { message: /cannot compare enum PteKind with int/ });
rejects("a number is no string", '»total == "one"«', { message: /cannot compare int with a string/ });
rejects("two literals are not worth comparing", '»"none" == "none"«', { message: /compares two strings/ });
rejects("records of different types cannot be compared", "»pages[0] == ptes[0]«", {
  message: /cannot compare Page with Pte/,
});
rejects("a filtered list cannot be compared", "»pages.filter(p, p.locked) == pages«", {
  message: /compare their sizes/,
});

rejects("a property is true or false", "»total + 1«", { message: /must be true or false, but it is an int/ });
rejects("a macro's condition is true or false", "pages.all(p, »p.refcount«)", { message: /but it is an int/ });
rejects("arithmetic is for numbers", "»mode« + 1 == 2", { message: /must be a number, but it is an enum Mode/ });
rejects("an order is for numbers", "total < »pages[0].locked«", { message: /must be a number, but it is a bool/ });
rejects("both sides of a choice have one type", "(»true ? 1 : mode«) == 1", { message: /not int and enum Mode/ });
rejects("the elements of a list have one type", '[1, »"a"«].size() == 2', { message: /list elements/ });

rejects("division is left out", "»total / 2« == 1", { message: /`\/` is not part/ });
rejects("remainders are left out", "»total % 2« == 1", { message: /`%` is not part/ });
rejects("maps are left out", "»{1: 2}« == 1", { message: /maps are not part/ });
rejects("fractions are left out", "total == »1.5«", { message: /a fraction is not part/ });
rejects("other functions are left out", "»has(pages.locked)«", { message: /no function `has`/ });
rejects("an unknown method of a list is named", "pages.»exist«(p, p.locked)", {
  message: /^lists have no `exist`; they have all, exists/,
  hint: "did you mean `exists`?",
});
rejects("a macro without a condition is an error", "»pages.all(p)«", { message: /`all` takes 2 arguments, not 1/ });
rejects("methods are for lists", "»mode.startsWith(total)«", { message: /applies to a list/ });
rejects("size is for lists", "size(»total«) == 1", { message: /counts the elements of a list/ });
rejects("only numbers can be added up", "»pages.map(p, p.locked).sum()« == 1", { message: /adds numbers, not bool/ });

rejects("a number beyond the range is an error", "total < »1073741825«", { message: /out of range/ });
rejects("a value that may leave the range is an error", "»total * 536870912« > 1", { message: /may leave the range/ });
rejects("a literal position beyond the list is an error", "pages[»2«].locked", { message: /the list has 2 elements/ });
rejects("a filtered list has no positions", "»pages.filter(p, p.locked)[0]«.locked", { message: /has no positions/ });

rejects("a property of states has no old", "»old«.total == total", { message: /`old` is the state before a step/ });
rejects("a property of states has no event", "»event«.page == 0", { message: /names its event/ });
rejects("a property of states has no step", '»step«.actor == "writer"', { message: /only in a step property/ });
rejects(
  "a step property that names no event has none",
  "»event«.page == 0",
  { message: /names its event/ },
  { step: names },
);
rejects(
  "an unknown parameter lists the event's own",
  "event.»pge« == 0",
  { message: /^write has no `pge`; it has page, before, kind$/, hint: "did you mean `page`?" },
  { event: writeEvent },
);
rejects(
  "an unknown actor is an error",
  'step.actor == »"wrter"«',
  { message: /^Actor is never "wrter"; it is one of "writer"$/, hint: 'did you mean "writer"?' },
  { step: names },
);

test("every mistake is reported once, in the order of the text, even if its place is unrolled several times", () => {
  const text = 'pages.all(p, p.lockd) && ptes.exists(e, e.kind == "x" || e.wirte) && total == mode';
  const compiled = compileProperty(text, { schema });
  assert.ok(!compiled.ok);
  assert.deepEqual(
    compiled.issues.map(({ offset, length }) => text.slice(offset, offset + length)),
    ["lockd", '"x"', "wirte", "total == mode"],
  );
});

test("a mistake is found even if the system has nothing to which the property applies", () => {
  const compiled = compileProperty("pages.all(p, p.lockd)", { schema: smallSystem(0, 0).schema });
  assert.ok(!compiled.ok);
  assert.match(compiled.issues[0]?.message ?? "", /Page has no `lockd`/);
});

test("a property that unrolls to too many parts is refused", () => {
  const { schema } = smallSystem(2, 60);
  const compiled = compileProperty("ptes.all(a, ptes.all(b, ptes.all(c, a == b || b == c)))", { schema });
  assert.ok(!compiled.ok);
  assert.match(compiled.issues[0]?.message ?? "", /unrolls to more than/);
});
