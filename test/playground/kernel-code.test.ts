/** The panels of the kernel's code and of why, in the page as it is built. */
import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { axeFaults } from "../fixtures/axe-faults.ts";
import { noBrowser, openBrowser, type TestBrowser, takePage } from "../fixtures/browser.ts";
import { isNightly } from "../fixtures/nightly.ts";

const skip = noBrowser;
const address = `file://${fileURLToPath(new URL("../../dist/playground/playground.html", import.meta.url))}`;
const restore = "remove_device_exclusive_entry";
let browser: TestBrowser | undefined;
before(async () => {
  if (noBrowser === false) browser = await openBrowser();
});
after(() => browser?.close());

let opened: Page | undefined;

/**
 * Opens the code of a scenario on v6.4. To load the page with its engine takes seconds, so a page stays open for the next
 * test if its code has no edit.
 */
async function openCode(t: TestContext): Promise<Page> {
  assert.ok(browser !== undefined);
  const page = opened ?? (await takePage(browser.context));
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  t.after(async () => {
    page.removeAllListeners("console");
    page.removeAllListeners("pageerror");
    assert.deepEqual(complaints, []);
  });
  if (opened !== undefined && (await page.locator(".chips, .code-lines [data-change]").count()) === 0) {
    const menu = page.locator(".code-lines [aria-expanded=true]");
    if ((await menu.count()) > 0) await menu.click();
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.emulateMedia({ colorScheme: null });
    return page;
  }
  opened = page;
  await page.goto("about:blank");
  await page.goto(`${address}#specs/soft-dirty-read-fault.json`);
  await page.getByRole("button", { name: "Kernel code" }).click();
  await page.getByRole("combobox", { name: "Kernel" }).selectOption("v6.4");
  await page.getByRole("button", { name: restore, exact: true }).click();
  await line(page, "folio_try_get").waitFor();
  return page;
}

function line(page: Page, label: string) {
  return page.locator(".code-lines").getByRole("button", { name: label, exact: true });
}

/** The listing as text, one line each. */
function listing(page: Page): Promise<readonly string[]> {
  return page.locator(".code-lines > li").evaluateAll((items) =>
    items.map((item) => {
      const how = item.getAttribute("data-change");
      return `${how === null ? "" : `${how} `}${item.querySelector(".line-name")?.textContent?.trim()}`;
    }),
  );
}

const focused = (page: Page) => page.evaluate<string>("document.activeElement.textContent.trim()");

test("a step is dropped, moved and guarded by clicks, and each edit can be undone", {
  skip,
}, async (t) => {
  const page = await openCode(t);
  await line(page, "wait_on_page_locked").click();
  await page.getByRole("button", { name: "Remove the whole step" }).click();
  await page.locator("[data-change=dropped]").waitFor();
  await line(page, "folio_put").click();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page.getByRole("button", { name: /^Move folio_put here: after restore under the PTL/ }).click();
  await page.locator("[data-change=moved]").waitFor();
  await line(page, "trylock_page").click();
  await page.getByRole("combobox", { name: "A step to insert" }).selectOption({ label: "get_page after" });
  await page.getByRole("button", { name: "Insert" }).click();
  await page.locator("[data-change=inserted]").waitFor();

  assert.deepEqual(
    (await listing(page)).filter((text) => / /.test(text) && /^(dropped|moved|inserted)/.test(text)),
    ["inserted get_page (inserted)", "dropped wait_on_page_locked", "moved folio_put"],
  );
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), [
    `drop ${restore}: wait_on_page_locked`,
    `move ${restore}: folio_put after restore under the PTL`,
    `insert get_page after ${restore}: trylock_page`,
  ]);
  for (const [edit, left] of [
    [`drop ${restore}: wait_on_page_locked`, ["inserted", "moved"]],
    [`move ${restore}: folio_put after restore under the PTL`, ["inserted"]],
    [`insert get_page after ${restore}: trylock_page`, []],
  ] as const) {
    await page.getByRole("button", { name: `Undo ${edit}` }).click();
    await page
      .locator(".code-lines")
      .getByRole("button", { name: `Undo ${edit}` })
      .waitFor({ state: "detached" });
    const changes = page.locator(".code-lines > [data-change]");
    assert.deepEqual(await changes.evaluateAll((all) => all.map((one) => one.getAttribute("data-change"))), left);
    assert.equal(await page.locator(".chips li").count(), left.length);
  }
});

test("the arrow keys go from line to line, Enter opens a line, and Escape closes it", { skip }, async (t) => {
  const page = await openCode(t);
  await line(page, "folio_try_get").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "trylock_page");
  await page.keyboard.press("Enter");
  const menu = page.getByRole("group", { name: `${restore}: trylock_page` });
  await menu.getByRole("button", { name: "Remove the whole step" }).waitFor();
  assert.match((await menu.locator(".effects").textContent()) ?? "", /taking page_lock[\s\S]*needed in /);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  assert.equal(await focused(page), "trylock_page");
  await page.keyboard.press("End");
  assert.match(await focused(page), /mmu_notifier_invalidate_range_end/);
});

test("a click anywhere on a line opens it, and the line then says what an edit changed", { skip }, async (t) => {
  const page = await openCode(t);
  await page
    .locator(".code-line", { has: page.getByRole("button", { name: "trylock_page", exact: true }) })
    .locator(".line-actors")
    .click({ force: true });
  const menu = page.getByRole("group", { name: `${restore}: trylock_page` });
  await menu.getByText(`drop taking page_lock from ${restore}: trylock_page`).waitFor();
  await menu.getByRole("combobox", { name: "A step to insert" }).selectOption({ label: "get_page after" });
  await menu.getByText(`insert get_page after ${restore}: trylock_page`).waitFor();
  await menu.getByRole("button", { name: "Remove only: taking page_lock" }).click();
  await page.locator("[data-change]").getByText("without taking page_lock").waitFor();
  await page.getByRole("button", { name: "Undo drop taking page_lock" }).click();
  await page.locator("[data-change]").waitFor({ state: "detached" });
});

test("the listing and its menu are accessible, light and dark, wide and narrow", { skip }, async (t) => {
  const page = await openCode(t);
  await line(page, "unlock_page").click();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  for (const [colorScheme, width] of [
    ["light", 1400],
    ["dark", 360],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    // To look takes seconds; every night in both.
    if (isNightly || width === 360) assert.deepEqual(await axeFaults(page), [], colorScheme);
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    assert.ok(overflow <= 0, `${overflow} px too wide at ${width}`);
  }
});

test("why says what breaks without a line, and a click checks that", { skip }, async (t) => {
  const page = await openCode(t);
  await line(page, "unlock_page").click();
  await page.getByRole("button", { name: "Why is this here?" }).click();
  await page.getByText("all needed here").first().waitFor();
  const row = page.getByRole("row", { name: /unlock_page/ }).first();
  assert.match((await row.textContent()) ?? "", /dropping page_lock[\s\S]*after \d+ steps in /);
  await row.getByRole("button", { name: "Show it" }).click();
  await page.getByRole("heading", { name: /: violated/ }).waitFor();
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), [
    `drop dropping page_lock from ${restore}: unlock_page`,
  ]);
});
