import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { writeSite } from "../../scripts/site/write-site.ts";
import { axeFaults } from "../fixtures/axe-faults.ts";
import { leavePage, noBrowser, openBrowser, type TestBrowser, takePage } from "../fixtures/browser.ts";

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
    const page = await takePage(browser!.context);
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await page.goto(pathToFileURL(join(site, address)).href);
    assert.deepEqual(await axeFaults(page), []);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width, "the page itself does not scroll");
    await leavePage(page);
  });
