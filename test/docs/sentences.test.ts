import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { eventSentences, stateSentences } from "../../src/model/schema/sentences.ts";
import { sampleModel } from "../../src/playground/engine/assist/sample-model.ts";

const page = readFileSync("docs/properties.md", "utf8");
const onOneLine = page.replaceAll(/\s+/g, " ");

test("each field of the state has one sentence, and the page of properties has the same sentence", () => {
  for (const [name, list] of Object.entries(sampleModel().schema(false))) {
    const element = list.kind === "list" ? list.at(0) : list;
    const { sentence, fields } = stateSentences[name] ?? { sentence: "", fields: [] };
    assert.ok(onOneLine.includes(`**\`${name}\`**: ${sentence}.`), `${name}: ${sentence}`);
    const told = fields.flatMap(([names]) => names).toSorted();
    assert.deepEqual(told, Object.keys(element.kind === "record" ? element.fields : {}).toSorted(), name);
    for (const [names, meaning] of fields) {
      const row = `| ${names.map((field) => `\`${field}\``).join(", ")} | ${meaning} |`;
      assert.ok(page.includes(row), row);
    }
  }
});

test("each parameter of an event has a sentence, and the page of properties has the same sentence", () => {
  const parameters = new Set(
    sampleModel().program.events.flatMap(({ parameters: own }) => own.map(({ name }) => name)),
  );
  assert.deepEqual(eventSentences.flatMap(([names]) => names).toSorted(), [...parameters].toSorted());
  for (const [names, meaning] of eventSentences) assert.ok(onOneLine.includes(meaning), `${names}: ${meaning}`);
});
