/** In a browser: a trace within the page, and other steps that the reader takes from it. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { check } from "../../src/playground/engine/check.ts";
import { createExplore } from "../../src/playground/engine/explore.ts";
import { openTrace } from "../../src/playground/engine/traces.ts";
import type { ExplorationPath, TraceFile } from "../../src/playground/protocol.ts";
import { axeFaults } from "../fixtures/axe-faults.ts";
import { leavePage, noBrowser, openBrowser, type TestBrowser, takePage } from "../fixtures/browser.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { standInPage } from "../fixtures/stand-in-page.ts";
import { faultTrace } from "../viewer/fault-trace.ts";
import { host, questionOf, scenario } from "./same-question.ts";

const skip = noBrowser;
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-by-hand-"));
const file = join(folder, "page.html");
const address = pathToFileURL(file).href;
const source = scenario("specs/fault-race.json");
let browser: TestBrowser | undefined;
let race: TraceFile | undefined;
before(async () => {
  if (noBrowser !== false) return;
  const question = questionOf(source, { kernels: ["v8"], properties: ["no-use-after-free"] });
  const answer = await check(question, host, new AbortController().signal, () => {});
  assert.ok(answer.ok);
  race = answer.value.results[0]?.traces[0];
  writeFileSync(file, await standInPage([source], faultTrace));
  browser = await openBrowser();
  await browser.context.exposeFunction("callEngine", (method: keyof typeof engine, ...parameters: readonly unknown[]) =>
    (engine[method] as (...parameters: readonly unknown[]) => unknown)(...parameters),
  );
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const explore = createExplore(host);
const engine = {
  explore: (path: ExplorationPath) => explore(path),
  openTrace: (name: string, text: string) => openTrace(name, text, host),
};

/** Opens the trace of the race. The page must report no error and load only itself. */
async function openRace(t: TestContext): Promise<{ readonly page: Page; readonly trace: TraceFile }> {
  assert.ok(browser !== undefined && race !== undefined);
  const page = await takePage(browser.context);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  await page.goto(address);
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: race.name, mimeType: "application/json", buffer: Buffer.from(race.text) });
  await page.locator(".lanes").waitFor();
  t.after(async () => {
    await leavePage(page);
    assert.deepEqual(complaints, []);
  });
  return { page, trace: race };
}

const position = async (page: Page) => (await page.locator(".position").textContent()) ?? "";
/** The steps that can be taken, once the engine has said which. */
const steps = (page: Page) => page.locator('.next[aria-busy="false"] .step');

async function leaveTrace(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Take another step from/ }).click();
  await steps(page).first().waitFor();
}

test("a trace that opens has the keys at once, as long as the focus is in it, and neither title nor address", {
  skip,
}, async (t) => {
  const { page, trace } = await openRace(t);
  const before = await page.evaluate<string>("document.title + location.hash");
  const last = trace.trace.steps.length;
  await page.keyboard.press("End");
  assert.match(await position(page), new RegExp(`^Step ${last} of ${last}:`));
  await page.getByRole("button", { name: "Counterexample", exact: true }).focus();
  await page.keyboard.press("Home");
  assert.match(await position(page), new RegExp(`^Step ${last} of ${last}:`));
  await page.getByRole("button", { name: `Take another step from step ${last}` }).waitFor();
  await page.locator('.number[href="#step=0"]').click();
  assert.equal(await position(page), `Start, before step 1 of ${last}`);
  assert.equal(await page.evaluate("document.title + location.hash"), before);
});

test("neither the page nor the viewer styles the other one", { skip }, async (t) => {
  const { page } = await openRace(t);
  // Both have a class of this name.
  const displays = await page.evaluate<readonly string[]>(`(() => {
    const inViewer = document.querySelector(".shown-trace").shadowRoot;
    return [document, inViewer].map((tree) => getComputedStyle(tree.querySelector(".bar")).display);
  })()`);
  assert.equal(displays[0], "flex");
  assert.notEqual(displays[1], "flex");
  assert.equal(await page.evaluate("document.adoptedStyleSheets.length"), 0);
  const colors = await page.evaluate<readonly string[]>(`["light", "dark"].map((theme) => {
    document.documentElement.dataset.theme = theme;
    return getComputedStyle(document.querySelector(".shown-trace").shadowRoot.querySelector(".controls")).backgroundColor;
  })`);
  assert.notEqual(colors[0], colors[1]);
});

test("the steps that can be taken stand by actor, and the trace's next step and violating steps are marked", {
  skip,
}, async (t) => {
  const { page, trace } = await openRace(t);
  const last = trace.trace.steps.length;
  await page.locator(".move.start").click();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await leaveTrace(page);
  const from = Number(/^Steps? (?:\d+\u2013)?(\d+) of/.exec(await position(page))?.[1]);
  const path = await openTrace(trace.name, trace.text, host);
  assert.ok(path.ok && path.value.path !== undefined);
  const answer = await explore({ ...path.value.path, steps: path.value.path.steps.slice(0, from) });
  assert.ok(answer.ok);
  const { next } = answer.value;
  assert.deepEqual(await page.locator(".next h3").allInnerTexts(), [...new Set(next.map(({ actor }) => actor))]);
  assert.equal(await steps(page).count(), next.length);
  const marked = page.locator(".step", { hasText: "the trace's next step" });
  assert.equal(await marked.count(), 1);
  assert.ok((await marked.textContent())?.includes(trace.trace.steps[from]?.label ?? "no step"));
  assert.equal(
    await page.locator(".step", { hasText: "violates" }).count(),
    next.filter(({ violates }) => violates !== undefined).length,
  );
  // The trace's own steps lead along it.
  for (let step = from; step < last; step++) {
    await page.locator('.next[aria-busy="false"] .step', { hasText: "the trace's next step" }).click();
    await page.getByRole("heading", { name: `after step ${step + 1}` }).waitFor();
  }
  assert.match(await position(page), /no-use-after-free is broken$/);
  assert.equal(await page.getByRole("button", { name: "Undo" }).isDisabled(), true);
});

test("another step begins another path, which can be undone, and downloaded as a trace that replays", {
  skip,
}, async (t) => {
  const { page, trace } = await openRace(t);
  await leaveTrace(page);
  const other = steps(page).filter({ hasNotText: "the trace's next step" }).first();
  // With the keyboard.
  await other.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "after step 1" }).waitFor();
  assert.match(await position(page), /^Step 1 of 1:/);
  await steps(page).first().click();
  await page.getByRole("heading", { name: "after step 2" }).waitFor();
  await page
    .getByText(/^Share/)
    .last()
    .click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: /^Download trace/ })
      .last()
      .click(),
  ]);
  assert.equal(download.suggestedFilename(), "fault-race-v8-by-hand.trace.json");
  const written = readFileSync(await download.path(), "utf8");
  const answer = await openTrace("by-hand.trace.json", written, host);
  assert.ok(answer.ok);
  assert.equal(answer.value.replayed, "reproduced: no property is violated after 2 steps\n");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("heading", { name: "after step 1" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("heading", { name: "at the start" }).waitFor();
  assert.equal(await position(page), `Start, before step 1 of ${trace.trace.steps.length}`);
});

test("the steps that can be taken stay where they are after a step, and the path says that it has not ended", {
  skip,
}, async (t) => {
  const { page } = await openRace(t);
  await page.setViewportSize({ width: 1300, height: 800 });
  await page.getByRole("button", { name: "By hand", exact: true }).click();
  await page.getByRole("button", { name: "v8", exact: true }).click();
  await steps(page).first().waitFor();
  const top = () => page.locator(".next h2").evaluate((heading) => heading.getBoundingClientRect().top);
  const before = await top();
  for (let taken = 1; taken <= 12; taken++) {
    await steps(page).first().click();
    await page.getByRole("heading", { name: `after step ${taken}` }).waitFor();
    assert.equal(await top(), before, `after step ${taken}`);
  }
  const current = page.locator('.move[aria-current="step"]');
  const bottom = await current.evaluate((step) => step.getBoundingClientRect().bottom);
  assert.ok(bottom <= 800, `the current step ends at ${bottom}`);
  await page.getByRole("heading", { name: "So far" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "The end" }).count(), 0);
});

test("trace and path are accessible and fit, light and dark, wide and narrow", { skip }, async (t) => {
  const { page } = await openRace(t);
  for (const [colorScheme, width] of [
    ["light", 1300],
    ["dark", 360],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const panel of ["Counterexample", "By hand"]) {
      await page.getByRole("button", { name: panel, exact: true }).click();
      if (panel === "By hand" && width === 1300) {
        await page.getByRole("button", { name: "v8", exact: true }).click();
        await steps(page).first().click();
        await page.getByRole("heading", { name: "after step 1" }).waitFor();
      }
      // Each panel in one of the two, which takes seconds; every night in both.
      if (isNightly || (panel === "By hand") === (width === 360))
        assert.deepEqual(await axeFaults(page), [], `${panel}, ${colorScheme}`);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(overflow <= 0, `${panel} is ${overflow} px too wide at ${width}`);
    }
  }
});
