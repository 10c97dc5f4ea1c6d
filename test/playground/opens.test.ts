import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { servePage } from "../../src/cli/surroundings/serve-page.ts";
import type { Question } from "../../src/playground/protocol.ts";
import { noBrowser, openBrowser, type TestBrowser } from "../fixtures/browser.ts";
import { openPlayground, playgroundFile } from "../fixtures/playground-page.ts";

let browser: TestBrowser | undefined;
before(async () => {
  if (noBrowser === false) browser = await openBrowser();
});
after(() => browser?.close());

test("the page opens from its file, its worker answers within its security policy, and stop ends a search, which is reported", {
  skip: noBrowser,
}, async (t) => {
  assert.ok(browser !== undefined);
  const { call, event } = await openPlayground(t, browser.context);
  assert.match((await call("catalogue")).version, /^\d+\.\d+\.\d+$/);
  const searching = event("progress");
  const checked = call("check", questionOf("specs/large/any-with-fork.json", "v6.4"), () => {});
  await searching;
  await call("stop");
  const answer = await checked;
  assert.ok(answer.ok);
  const { results, stopped } = answer.value;
  assert.equal(stopped, true);
  assert.deepEqual(
    results.map(({ verdict }) => verdict),
    ["incomplete"],
  );
  assert.ok(results.every(({ states }) => states > 1));
});

function questionOf(file: string, kernel: Question["kernels"][number]): Question {
  const changes = { with: [], without: [], edits: [], properties: [], options: {} };
  return { file, text: readFileSync(file, "utf8"), kernels: [kernel], ...changes };
}

test("a page that is served searches on several threads, and finds what one thread finds", {
  skip: noBrowser,
}, async (t) => {
  assert.ok(browser !== undefined);
  const served = await servePage(readFileSync(playgroundFile, "utf8"), 0);
  t.after(served.close);
  const { page, call } = await openPlayground(t, browser.context, served.address);
  assert.equal(await page.evaluate("crossOriginIsolated"), true);
  // Threads start after 50,000 states.
  const answer = await call("check", questionOf("specs/uffd-exclusive.json", "v8"), () => {});
  assert.ok(answer.ok);
  const { results } = JSON.parse(answer.value.json) as { results: readonly Readonly<Record<string, unknown>>[] };
  const processors = await page.evaluate("navigator.hardwareConcurrency");
  assert.deepEqual(
    results.map(({ states, verdict, workers }) => ({ states, verdict, workers })),
    [{ states: 73_803, verdict: "violated", workers: processors }],
  );
});
