import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { renderDiagnostic } from "../../src/diagnostics/render.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import { specErrorsForProperty } from "../../src/spec/property-errors.ts";
import { goodSpec } from "./good-spec.ts";

const spec = parseSpec(goodSpec, "specs/fork-race.json");

test("a path of keys leads to a line and a column", () => {
  assert.deepEqual(spec.locate(["system", "pages"]), { line: 14, column: 14 });
  assert.deepEqual(spec.locate(["properties", 2, "expr"]), { line: 41, column: 77 });
  assert.deepEqual(spec.locate([]), { line: 1, column: 1 });
  assert.deepEqual(spec.locate(["search", "nowhere", 3]), spec.locate(["search"]));
});

test("an offset in a string leads to the character of the file, even after escapes", () => {
  // Any text may be the name of a `sometimes`, so it can stand for any string.
  const escaped = (character: string) =>
    fc.constantFrom(JSON.stringify(character).slice(1, -1), [...character].map((one) => unitsOf(one)).join(""));
  const unitsOf = (character: string) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  const character = fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
  const pieces = fc.array(
    character.chain((value) => escaped(value).map((written) => ({ value, written }))),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, fc.nat(), (parts, pick) => {
      const before = parts.slice(0, pick % parts.length);
      const join = (of: typeof parts, key: "value" | "written") => of.map((part) => part[key]).join("");
      const text = goodSpec.replace('"the page is shared"', () => `"${join(parts, "written")}"`);
      const { locate, sometimes } = parseSpec(text, "x.json");
      assert.equal(sometimes[0]?.name, join(parts, "value"));
      const start = locate(["sometimes", 0, "name"]);
      assert.deepEqual(locate(["sometimes", 0, "name"], join(before, "value").length), {
        line: start.line,
        column: start.column + 1 + join(before, "written").length,
      });
    }),
  );
});

test("a mistake in a property's text is shown inside the string", () => {
  const offset = "event.page\n  ".length;
  const issue = {
    check: 0,
    part: "expr",
    offset,
    length: 4,
    message: "no such operator",
    hint: "did you mean x?",
  } as const;
  const [found] = specErrorsForProperty(spec, { property: "stores" }, [issue]);
  assert.deepEqual(found && renderDiagnostic(found).split("\n"), [
    "specs/fork-race.json:42:86: error: no such operator",
    '  42 |     { "name": "stores", "on": "cpu_store", "premise": "true", "expr": "event.page\\n  == \\u0030" },',
    "     |                                                                                      ^^^^^^^^^",
    "  hint: did you mean x?",
  ]);
  assert.equal(found?.code, "spec/property-expression");
});

test("a mistake in a premise, an event or a `sometimes` is shown at its place", () => {
  const at = (owner: Parameters<typeof specErrorsForProperty>[1], part?: "premise" | "on") => {
    const issue = { offset: 1, length: 1, message: "wrong" };
    const [found] = specErrorsForProperty(spec, owner, [part === undefined ? issue : { ...issue, check: 0, part }]);
    return `${found?.line}:${found?.column}`;
  };
  assert.equal(at({ property: "stores" }, "premise"), "42:57");
  assert.equal(at({ property: "stores" }, "on"), "42:33");
  assert.equal(at({ sometimes: "the page is shared" }), "45:59");
  assert.throws(() => at({ property: "no-deadlock" }), /no-deadlock is no property of specs\/fork-race\.json/);
});
