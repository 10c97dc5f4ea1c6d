import assert from "node:assert/strict";
import { test } from "node:test";
import { editLines } from "../../../kernel-lab/build/line-edit.ts";
import { variants } from "../../../kernel-lab/build/variants.ts";

const text = `static int helper(struct thing *thing);

static int helper(struct thing *thing)
{
	if (!ready(thing))
		return 0;
	put(thing);
	return 1;
}

int
caller(struct thing *thing,
       int flags)
{
	if (!ready(thing))
		return 0;

	if (flags) {
		put(thing);
		return helper(thing);
	}
	put(thing);
	return 0;
}
`;

test("an edit removes lines of one function only", () => {
  const edited = editLines(text, { function: "helper", find: ["if (!ready(thing))", "return 0;"], replace: [] });
  assert.equal(edited, text.replace("\tif (!ready(thing))\n\t\treturn 0;\n", ""));
});

test("a replacement has the indentation of the first line that was found", () => {
  const edited = editLines(text, {
    function: "caller",
    find: ["if (flags) {"],
    replace: ["flags = 0;", "if (false) {"],
  });
  assert.equal(edited, text.replace("\tif (flags) {", "\tflags = 0;\n\tif (false) {"));
});

test("an edit replaces lines as often as it says", () => {
  const edited = editLines(text, { function: "caller", find: ["put(thing);"], replace: [], times: 2 });
  const start = text.indexOf("caller");
  assert.equal(edited, text.slice(0, start) + text.slice(start).replaceAll(/\t+put\(thing\);\n/g, ""));
});

test("lines that are missing are an error", () => {
  assert.throws(() => editLines(text, { function: "helper", find: ["if (flags) {"], replace: [] }), {
    message: 'helper() has "if (flags) {" 0 times, not 1: the edit was not written for this source',
  });
});

test("lines that are there more often than the edit says are an error", () => {
  assert.throws(() => editLines(text, { function: "caller", find: ["put(thing);"], replace: [] }), {
    message: 'caller() has "put(thing);" 2 times, not 1: the edit was not written for this source',
  });
});

test("a function that is missing, only declared or there twice is an error", () => {
  const edit = { find: ["return 1;"], replace: [] };
  assert.throws(() => editLines(text, { ...edit, function: "other" }), /0 functions with the name other/);
  const declared = "int other(void);\n\nint last(void)\n{\n\treturn 1;\n}\n";
  assert.throws(() => editLines(declared, { ...edit, function: "other" }), /0 functions with the name other/);
  assert.throws(() => editLines(text + text, { ...edit, function: "helper" }), /2 functions with the name helper/);
});

test("a call of a function does not count as its definition", () => {
  assert.throws(() => editLines(text, { function: "ready", find: ["put(thing);"], replace: [] }), {
    message: "0 functions with the name ready, not 1: the edit was not written for this source",
  });
});

for (const { name, edits } of variants)
  for (const [tree, changes] of Object.entries(edits))
    test(`the variant ${name} of ${tree} applies to a source of the form that it was written for, and only there`, () => {
      for (const file of new Set(changes.map((change) => change.file))) {
        const here = changes.filter((change) => change.file === file);
        const source = here
          .map((change) => change.function)
          .filter((each, index, all) => all.indexOf(each) === index)
          .map((each) => {
            const lines = here
              .filter((change) => change.function === each)
              .flatMap(({ find, times = 1 }) => Array.from({ length: times }, () => ["before();", ...find, "after();"]))
              .flat();
            return `static void ${each}(struct some *one,\n\t\tint other)\n{\n${lines.map((line) => `\t${line}\n`).join("")}}\n`;
          })
          .join("\n");
        const edited = here.reduce((before, change) => editLines(before, change), source);
        assert.notEqual(edited, source);
        assert.throws(() => here.reduce((before, change) => editLines(before, change), edited));
      }
    });
