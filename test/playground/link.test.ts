import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { fragmentOf, readFragment } from "../../src/playground/page/sharing/link.ts";
import type { Question } from "../../src/playground/protocol.ts";
import { hostileText } from "../fixtures/hostile-text.ts";

const texts = fc.array(hostileText, { maxLength: 3 });
const positive = fc.integer({ min: 1, max: 1e9 });
const anyQuestion: fc.Arbitrary<Question> = fc.record(
  {
    file: hostileText,
    text: hostileText,
    kernels: fc.subarray(["v8", "v5.14", "v6.4", "v6.15", "v7.1"] as const),
    with: texts,
    without: texts,
    edits: texts,
    properties: texts,
    options: fc.record(
      { depth: positive, timeoutMs: positive, witness: fc.boolean(), symmetry: fc.boolean() },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
);

test("a question comes back from its link as it was", async () => {
  await fc.assert(
    fc.asyncProperty(anyQuestion, async (question) => {
      const fragment = await fragmentOf(question);
      assert.match(fragment, /^[\w=-]+$/);
      assert.deepEqual(await readFragment(`#${fragment}`), { kind: "question", question });
    }),
    { numRuns: 50 },
  );
});

test("an address with another fragment holds no question", async () => {
  for (const other of ["", "#", "#step=3", "#specs/fork-race.json"])
    assert.deepEqual(await readFragment(other), { kind: "none" });
});

test("whatever a fragment holds, reading it ends in a question or a message", async () => {
  const junk = fc.oneof(
    hostileText,
    fc.string().map((text) => Buffer.from(text).toString("base64url")),
    fc.json().map((text) => deflateRawSync(text).toString("base64url")),
  );
  await fc.assert(
    fc.asyncProperty(junk, async (text) => {
      const read = await readFragment(`#q1=${text}`);
      assert.equal(read.kind, "refused");
    }),
    { numRuns: 100 },
  );
});

const fragmentWith = (value: unknown) => `#q1=${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;
const empty = { file: "a", text: "{}", kernels: [], with: [], without: [], edits: [], properties: [], options: {} };

test("a link that unpacks to millions of characters is refused before they are unpacked", async () => {
  const read = await readFragment(fragmentWith({ ...empty, text: "0".repeat(50_000_000) }));
  assert.deepEqual(read, { kind: "refused", reason: "it unpacks to too much text" });
});

test("a link with a part of another type, or with an unknown option, is refused", async () => {
  const reason = "it does not hold a question";
  assert.equal((await readFragment(fragmentWith(empty))).kind, "question");
  for (const wrong of [
    { ...empty, text: 1 },
    { ...empty, kernels: "v8" },
    { ...empty, edits: [{}] },
    { ...empty, options: { depth: -1 } },
    { ...empty, options: { depth: "1" } },
    { ...empty, options: { constructor: 1 } },
    [empty],
    null,
  ])
    assert.deepEqual(await readFragment(fragmentWith(wrong)), { kind: "refused", reason });
});

test("a link that was cut short, or is too long, is refused", async () => {
  const fragment = fragmentWith({ ...empty, text: "some text of a scenario that is long enough" });
  assert.equal((await readFragment(fragment.slice(0, -8))).kind, "refused");
  const long = await readFragment(`#q1=${"A".repeat(200_000)}`);
  assert.deepEqual(long, { kind: "refused", reason: "it is too long" });
});

test("a link that asks for more than the page can show at once is refused", async () => {
  const most = { ...empty, text: "0".repeat(2 ** 16), edits: Array(100).fill("x".repeat(512)) };
  assert.equal((await readFragment(fragmentWith(most))).kind, "question");
  const refused: readonly (readonly [Partial<Question>, RegExp])[] = [
    [{ text: "0".repeat(2 ** 16 + 1) }, /^its scenario has more than 65,536 characters$/],
    [{ text: "\n".repeat(4000) }, /^its scenario has more than 4,000 lines$/],
    [{ file: "a/".repeat(200) }, /^the name of its scenario has more than \d+ characters$/],
    [{ edits: Array(300_000).fill("") }, /^it has more than 100 edits$/],
    [{ edits: ["x".repeat(1000)] }, /^one of its edits has more than \d+ characters$/],
    [{ kernels: Array(101).fill("v8") }, /^it has more than 100 kernels$/],
    [{ with: Array(60).fill("a"), without: Array(60).fill("b") }, /^it has more than 100 features$/],
    [{ properties: Array(101).fill("a") }, /^it has more than 100 properties$/],
  ];
  for (const [part, reason] of refused) {
    const read = await readFragment(fragmentWith({ ...empty, ...part }));
    assert.equal(read.kind, "refused");
    assert.match(read.kind === "refused" ? read.reason : "", reason);
  }
});
