import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { writeSite } from "../../scripts/site/write-site.ts";
import { noBrowser, openBrowser, type TestBrowser } from "../fixtures/browser.ts";

const site = mkdtempSync(join(tmpdir(), "exclusive-check-site-"));
let browser: TestBrowser | undefined;

before(async () => {
  if (noBrowser !== false) return;
  writeSite(site, "/");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  rmSync(site, { recursive: true, force: true });
});

const looks = [
  { page: "index.html", scheme: "light", width: 1280 },
  { page: "docs/export.html", scheme: "dark", width: 1280 },
  { page: "docs/files.html", scheme: "light", width: 390 },
] as const;

for (const { page: address, scheme, width } of looks)
  test(`${address} can be read by everyone, ${scheme}, ${width} pixels wide`, { skip: noBrowser }, async () => {
    const page = await browser!.context.newPage();
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await page.goto(pathToFileURL(join(site, address)).href);
    await page.evaluate(axe.source);
    const found = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
    );
    assert.deepEqual(found, []);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width, "the page itself does not scroll");
    await page.close();
  });
