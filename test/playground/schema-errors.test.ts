import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { ErrorObject } from "ajv";
import fc from "fast-check";
import { type PageSchemaName, validatorOf } from "../../src/playground/engine/validators.ts";
import { parseJson } from "../../src/spec/json-value.ts";
import { compileValidator } from "../../src/spec/validators.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { tries } from "../fixtures/nightly.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { sampleUntil } from "../fixtures/samples.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";
import { goodSpec } from "../spec/good-spec.ts";

const ajv = { spec: compileValidator("spec"), trace: compileValidator("trace") };
const texts: Readonly<Record<PageSchemaName, string>> = {
  spec: goodSpec,
  trace: traceText(sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock")),
};

const shown = ({ keyword, instancePath, params, message, parentSchema, data }: ErrorObject) => ({
  keyword,
  instancePath,
  params: { ...params },
  message,
  parentSchema,
  data,
});

/** Errors of ajv with the same meaning as another one are left out. */
function errorsByAjv(name: PageSchemaName, value: unknown): readonly ErrorObject[] {
  ajv[name](value);
  return (ajv[name].errors ?? []).filter(({ keyword, propertyName }) => keyword !== "if" && propertyName === undefined);
}

function compare(name: PageSchemaName, text: string): number {
  const parsed = parseJson(text);
  if (!parsed.ok) return 0;
  const validate = validatorOf(name);
  validate(parsed.value);
  const found = validate.errors ?? [];
  const expected = errorsByAjv(name, parsed.value);
  if (name === "spec") assert.deepEqual(found.map(shown), expected.map(shown), text);
  // This validator of ajv stops at the first error, and does not add what was checked.
  else assert.deepEqual(found.slice(0, 1).map(brief), expected.map(brief), text);
  return found.length;
}

const brief = ({ keyword, instancePath, params, message }: ErrorObject) => ({ keyword, instancePath, params, message });

for (const name of ["spec", "trace"] as const) {
  test(`without code made of the schema, a ${name} has the errors that ajv finds`, async () => {
    const text = texts[name];
    assert.equal(compare(name, text), 0);
    const tokens = text.split(/("[^"\n]*"|\d+)/);
    const words = [
      ...new Set(tokens.filter((_, position) => position % 2 === 1)),
      "null",
      "true",
      "{}",
      "[]",
      "-1",
      "1.5",
    ];
    const swap = fc.record({ position: fc.nat(), word: fc.constantFrom(...words, '""', '"a/b~c"', '"constructor"') });
    const seen = new Set<string>();
    const missing = () => ["type", "required", "additionalProperties", "enum"].filter((keyword) => !seen.has(keyword));
    // Without all of them this would be no comparison.
    const isEnough = (): boolean => missing().length === 0;
    await sampleUntil(isEnough, () =>
      fc.assert(
        fc.property(fc.array(swap, { minLength: 1, maxLength: 3 }), (swaps) => {
          const changed = [...tokens];
          for (const { position, word } of swaps) changed[2 * (position % (tokens.length >> 1)) + 1] = word;
          const mutated = changed.join("");
          compare(name, mutated);
          const parsed = parseJson(mutated);
          if (parsed.ok) for (const { keyword } of errorsByAjv(name, parsed.value)) seen.add(keyword);
        }),
        { numRuns: tries(150, 600) },
      ),
    );
    assert.deepEqual(missing(), []);
  });
}

test("mistakes that people make have the errors that ajv finds", () => {
  const blocks = readFileSync("test/spec/mistakes.txt", "utf8").trimEnd().split("\n\n");
  const found = blocks.map((block) => {
    const [, find = "", put = ""] = block.split("\n");
    return compare(
      "spec",
      goodSpec.replace(find.slice(2), () => put.slice(2)),
    );
  });
  assert.ok(found.filter((errors) => errors > 0).length > 30, `${found.length}`);
});
