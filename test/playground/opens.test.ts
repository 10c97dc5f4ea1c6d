import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { noBrowser, openBrowser, type TestBrowser } from "../fixtures/browser.ts";
import { openPlayground } from "../fixtures/playground-page.ts";

let browser: TestBrowser | undefined;
before(async () => {
  if (noBrowser === false) browser = await openBrowser();
});
after(() => browser?.close());

test("the page opens from its file, and its worker answers within its security policy", {
  skip: noBrowser,
}, async (t) => {
  assert.ok(browser !== undefined);
  const { call } = await openPlayground(t, browser.context);
  assert.match((await call("catalogue")).version, /^\d+\.\d+\.\d+$/);
});
