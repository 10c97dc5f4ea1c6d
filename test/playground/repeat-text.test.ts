/** What a copied counterexample says of a question that differs from the shipped scenario. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Repeatable, repeatText } from "../../src/playground/page/sharing/repeat-text.ts";
import { questionOf } from "./same-question.ts";

const command = "exclusive-check specs/a.json --kernel v8 --edit 'drop fork: up_write'";
const asked: Repeatable = {
  question: questionOf({ file: "specs/a.json", text: "{}" }),
  ...{ kernel: "v8", command, shipped: "{}", address: "https://example.org/#q1=x" },
};

test("a shipped scenario as it is needs no more than its name", () => {
  assert.equal(repeatText(asked, "mail"), "");
});

test("edits bring the command that makes them", () => {
  const edited = { ...asked, question: { ...asked.question, edits: ["drop fork: up_write"] } };
  assert.equal(repeatText(edited, "mail"), `\nThis command finds it again:\n${command}\n`);
  assert.equal(repeatText(edited, "markdown"), `\nThis command finds it again:\n\n    ${command}\n`);
});

test("a changed scenario says that it was changed, and brings its link", () => {
  const changed = { ...asked, shipped: "{ }" };
  assert.equal(
    repeatText(changed, "mail"),
    "\nThe scenario was changed: it is not the shipped specs/a.json. It opens with this link:\nhttps://example.org/#q1=x\n",
  );
});

test("a scenario of the reader's own brings its link, which names no file of the reader's machine", () => {
  const own = { ...asked, shipped: undefined, address: "#q1=x" };
  assert.match(repeatText(own, "mail"), /^\nIt opens in the page .* with this behind the page's address:\n#q1=x\n$/);
});
