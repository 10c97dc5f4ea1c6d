import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { viewerPage } from "../../src/reporters/html.ts";
import { htmlPage } from "../../src/reporters/html-page.ts";
import { compactValue } from "../../src/trace/change-text.ts";
import type { Trace } from "../../src/trace/format.ts";
import { tellStory } from "../../src/trace/story.ts";
import { axeFaults } from "../fixtures/axe-faults.ts";
import { leavePage, noBrowser, openBrowser, type TestBrowser, takePage } from "../fixtures/browser.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { faultTrace, initial, longTrace } from "./fault-trace.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-viewer-"));
let browser: TestBrowser | undefined;
before(async () => {
  if (noBrowser === false) browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const skip = noBrowser;
let files = 0;

interface Opened {
  readonly page: Page;
  /** The errors that the page reported, and what it tried to load. */
  readonly complaints: readonly string[];
  readonly current: () => Promise<string>;
}

/** Opens a page with the traces. The page must report no error and load only itself. */
async function open(t: TestContext, traces: readonly Trace[], hash = ""): Promise<Opened> {
  assert.ok(browser !== undefined);
  const file = join(folder, `${files++}.html`);
  writeFileSync(file, htmlPage(traces, viewerPage()));
  const address = pathToFileURL(file).href;
  const page = await takePage(browser.context);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address + hash);
  await page.locator("h1").waitFor();
  t.after(async () => {
    await leavePage(page);
    assert.deepEqual(complaints, []);
  });
  return { page, complaints, current: () => textOf(page.locator(".position")) };
}

/** As it is seen, with spaces alike. */
async function textOf(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: this is not the DOM's, and what is hidden does not count
  return (await locator.innerText()).replace(/\s+/g, " ").trim();
}

test("the position is never cut, and what is below it stays in its place", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace]);
  const position = page.locator(".position");
  const tops = new Set<number>();
  for (let step = 0; step <= 7; step++) {
    const [shown, whole] = await position.evaluate(({ clientHeight, scrollHeight }) => [clientHeight, scrollHeight]);
    assert.equal(shown, whole, await current());
    // From the beginning of the page, which scrolls.
    tops.add(
      await page.locator(".columns").evaluate((columns) => (columns as unknown as { offsetTop: number }).offsetTop),
    );
    await page.keyboard.press("ArrowRight");
  }
  assert.equal(tops.size, 1, [...tops].join());
});

test("what a violated property promises does not read as what happens", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace]);
  const promise = "violated no-use-after-free promises: No actor uses a page that was freed.";
  assert.equal(await textOf(page.locator(".title .broken")), promise);
});

test("keys move through the steps", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace]);
  assert.equal(await current(), "Start, before step 1 of 7");
  const after = async (key: string) => {
    await page.keyboard.press(key);
    return (await current()).split(":")[0];
  };
  assert.equal(await after("ArrowRight"), "Step 1 of 7");
  assert.equal(await after("ArrowDown"), "Step 2 of 7");
  assert.equal(await after("ArrowLeft"), "Step 1 of 7");
  assert.equal(await after("End"), "Step 7 of 7");
  assert.equal(await after("ArrowRight"), "Step 7 of 7");
  assert.equal(await after("Home"), "Start, before step 1 of 7");
  assert.equal(await after("ArrowUp"), "Start, before step 1 of 7");
  assert.equal(await page.locator(".position").getAttribute("aria-live"), "polite");
});

test("the slider, the buttons, a click on a step and a link to a step go to the step", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace], "#step=6&all=1");
  assert.match(await current(), /^Step 6 of 7: zapper, zap_page_range: zap_pte_range buf\[0\]$/);
  const slider = page.getByRole("slider", { name: "Step" });
  assert.equal(await slider.inputValue(), "6");
  await slider.fill("3");
  assert.match(await current(), /^Step 3 of 7/);
  await slider.press("ArrowRight");
  assert.match(await current(), /^Step 4 of 7/);
  await slider.press("ArrowDown");
  assert.match(await current(), /^Step 3 of 7/);
  await slider.press("ArrowUp");
  await page.getByRole("button", { name: "Next step" }).click();
  assert.match(await current(), /^Step 5 of 7/);
  await page.getByRole("button", { name: "First" }).click();
  assert.match(await current(), /^Start/);
  assert.ok(await page.getByRole("button", { name: "Previous step" }).isDisabled());
  await page.locator(".move", { hasText: "read orig_pte" }).click();
  assert.match(await current(), /^Step 2 of 7/);
  await page.waitForURL(/#step=2&all=1$/);
  await page.evaluate("location.hash = '#step=7'");
  await page.locator(".step .number", { hasText: "7" }).waitFor();
  assert.match(await current(), /^Step 7 of 7.* no-use-after-free is broken$/);
});

test("changes of a step are marked, with the value before, and everything else is as it was", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace], "#step=6");
  const cell = (variable: string) => page.locator(`.cell[data-variable="${variable}"]`);
  const marked = page.locator("td.changed-cell .cell");
  assert.deepEqual(await marked.evaluateAll((cells) => cells.map((one) => one.getAttribute("data-variable"))), [
    "pte[parent][buf[0]]",
    "refcount[P0]",
    "page_dirty[P0]",
  ]);
  const pte = cell("pte[parent][buf[0]]");
  assert.equal(await pte.locator("del").textContent(), "was device_exclusive P0 W S");
  assert.equal(await textOf(pte.locator("ins .value")), "none");
  assert.equal(await textOf(cell("mapcount[P0]")), "0");

  await page.keyboard.press("Home");
  assert.equal(await marked.count(), 0);
  for (const variable of ["pte[parent][buf[0]]", "device_tlb[gpu][buf[0]]", "page_dirty[P0]"])
    assert.equal(await textOf(cell(variable)), compactValue(initial[variable] ?? null));
});

test("locks are bars in their actors' lanes, and the state says which actor holds them", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace], "#step=4&all=1");
  const bars = page.locator(".bar");
  assert.deepEqual(await bars.evaluateAll((all) => all.map((bar) => bar.getAttribute("aria-label")).sort()), [
    "faulter holds mmap_lock[parent] (read) from step 1, not released",
    "faulter holds page_lock[P0] from step 7, not released",
    "zapper holds driver_mutex[gpu] from step 4 to step 5",
    "zapper holds mmap_lock[parent] (read) from step 3 to step 6",
  ]);
  const top = async (label: string) => (await page.getByLabel(label).boundingBox())?.y ?? 0;
  assert.ok((await top("faulter holds mmap_lock[parent]")) < (await top("zapper holds driver_mutex[gpu]")));
  const zapper = page.locator(".stack", { hasText: "zapper" });
  assert.match(await textOf(zapper), /zap_page_range\(\)\s+mmu_notifier\(\)\s+next: invalidate the TLB/);
  assert.match(await textOf(zapper), /driver_mutex\[gpu\] since 4/);
});

test("a variable can be followed from change to change", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace], "#step=4");
  await page.getByLabel("Follow").selectOption("mmap_lock.readers[parent]");
  await page.getByRole("button", { name: "Next change" }).click();
  assert.match(await current(), /^Step 6/);
  assert.ok(await page.getByRole("button", { name: "Next change" }).isDisabled());
  await page.locator("h1").click();
  await page.keyboard.press("p");
  assert.match(await current(), /^Step 3/);
  await page.locator('.cell[data-variable="page_lock[P0]"]').click();
  assert.equal(await page.getByLabel("Follow").inputValue(), "page_lock[P0]");
  await page.keyboard.press("n");
  assert.match(await current(), /^Step 7/);
});

test("the list of variables can be filtered, and keys typed in the field do not move through the steps", {
  skip,
}, async (t) => {
  const { page, current } = await open(t, [faultTrace], "#step=6");
  const names = page.locator(".list .name");
  await page.getByLabel("Filter").fill("tlb gpu");
  assert.deepEqual(await names.allInnerTexts(), ["device_tlb[gpu][buf0]"]);
  await page.getByLabel("Filter").press("Home");
  await page.getByLabel("Filter").press("ArrowLeft");
  await page.getByLabel("Filter").pressSequentially("pn");
  assert.match(await current(), /^Step 6/);
  await page.getByLabel("Filter").fill("");
  await page.getByLabel("changed by this step").check();
  assert.equal(await names.count(), faultTrace.steps[5]?.changes.length);
});

test("the story is at the top, and the numbers in it are links to the steps", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace]);
  await page.getByRole("button", { name: "The whole story" }).click();
  const sentences = page.locator(".story li");
  assert.deepEqual(
    (await sentences.allTextContents()).map((text) => text.trim()),
    tellStory(faultTrace),
  );
  await sentences.getByRole("link", { name: "6" }).click();
  await page.locator(".step .number", { hasText: "6" }).waitFor();
  assert.match(await current(), /^Step 6 of 7/);
});

test("steps that do not matter are folded, with what they change together, until all steps are requested", {
  skip,
}, async (t) => {
  const { page, current } = await open(t, [faultTrace], "#step=2");
  const numbers = () => page.locator(".grid .number").allTextContents();
  const step = (position: number) => page.locator(`.move[data-position="${position}"]`);
  assert.deepEqual(await numbers(), ["0", "1", "2", "3–5", "6", "7"]);
  assert.deepEqual(await step(5).locator(".folded, .net").allTextContents(), [
    "3 steps, to mmu_notifier",
    "mmap_lock.readers[parent]: 1 -> 2",
    "device_pte[gpu][buf0]: valid P0 atomic -> none",
    "device_tlb[gpu][buf0]: valid P0 atomic -> none",
  ]);
  await page.keyboard.press("ArrowRight");
  assert.match(await current(), /^Steps 3–5 of 7: zapper, 3 steps, to mmu_notifier$/);
  const changed = ["mmap_lock.readers[parent]", "device_pte[gpu][buf0]", "device_tlb[gpu][buf0]"];
  assert.deepEqual(await page.locator(".step .changes .name").allInnerTexts(), changed);
  assert.equal(await page.locator("td.changed-cell").count(), 2, "the tables mark what they changed together");
  await page.getByRole("button", { name: "Previous step" }).click();
  assert.match(await current(), /^Step 2 of 7/);
  const slider = page.getByRole("slider", { name: "Step" });
  await slider.press("ArrowRight");
  assert.match(await current(), /^Steps 3–5 of 7/);
  await slider.fill("4");
  assert.match(await current(), /^Step 4 of 7: zapper, mmu_notifier: clear the page table$/);
  assert.equal(await page.locator(".move[aria-current]").getAttribute("data-position"), "5");

  await page.getByLabel("Show all 7 steps (3 that make no difference are folded)").check();
  await page.waitForURL(/#step=4&all=1$/);
  assert.deepEqual(await numbers(), ["0", "1", "2", "3", "4", "5", "6", "7"]);
  const bracket = (position: number) =>
    page.evaluate(
      `getComputedStyle(document.querySelector(".move[data-position='${position}'] .label"), "::before").content`,
    );
  assert.deepEqual([await bracket(5), await bracket(6)], ['"("', "none"]);
  assert.match((await step(5).textContent()) ?? "", /makes no difference to the violation/);
  const links = page.locator(".story a, .grid a");
  assert.ok((await links.evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""))).every(endsInAll));

  await page.evaluate("location.hash = '#step=5'");
  await page.getByRole("button", { name: "Show each" }).click();
  assert.match(await current(), /^Step 5 of 7/);
});

test("the lanes say what each step that matters did and changed, up to four lines", { skip }, async (t) => {
  const zap = faultTrace.steps[5] ?? assert.fail();
  const [first = assert.fail()] = zap.changes;
  const changes = ["a", "b", "c", "d", "e"].map((variable) => ({ ...first, variable, old: "0", new: "1" }));
  const steps = faultTrace.steps.map((step) =>
    step.n === 6
      ? { ...step, outcome: "clears the entry", changes }
      : step.n === 4
        ? { ...step, outcome: "aside" }
        : step,
  );
  const { page } = await open(t, [{ ...faultTrace, steps }], "#step=1&all=1");
  const told = (position: number) =>
    page.locator(`.move[data-position="${position}"]`).locator(".outcome, .net").allInnerTexts();
  assert.deepEqual(await told(1), ["mmap_lock.readers[parent]: 0 -> 1"]);
  assert.deepEqual(await told(2), [], "a register is no change that others see");
  assert.deepEqual(await told(4), [], "it makes no difference");
  assert.deepEqual(await told(6), ["clears the entry", "a: 0 -> 1", "b: 0 -> 1", "c: 0 -> 1", "and 2 more"]);
});

test("at first the story is its last sentence, so that the lanes have most of the screen", { skip }, async (t) => {
  const { page } = await open(t, [longTrace(70)]);
  await page.setViewportSize({ width: 1400, height: 900 });
  const room = async (box: string) => (await page.locator(box).boundingBox()) ?? assert.fail();
  assert.ok((await room(".columns")).y < 900 / 3);
  const story = page.locator(".story");
  const short = await textOf(story);
  await page.keyboard.press("s");
  assert.equal(await page.getByRole("button", { name: "Only the end" }).getAttribute("aria-expanded"), "true");
  const whole = await textOf(story);
  assert.ok(whole.includes(short.slice(short.indexOf("In step"), short.indexOf(" The whole story"))), whole);
  await page.keyboard.press("s");
  assert.equal(await textOf(story), short);
});

test("the key ? shows the keys, and no other key moves through the steps meanwhile", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace], "#step=2");
  const keys = page.getByRole("dialog", { name: "Keys" });
  assert.equal(await keys.isVisible(), false);
  await page.keyboard.press("Shift+?");
  assert.match(await textOf(keys), /Home to the start/);
  await page.keyboard.press("End");
  assert.match(await current(), /^Step 2 of 7/);
  await page.keyboard.press("?");
  assert.equal(await keys.isVisible(), false);
  await page.getByRole("button", { name: "Keys" }).click();
  assert.ok(await keys.isVisible());
  await page.keyboard.press("Escape");
  assert.equal(await keys.isVisible(), false);
  await page.keyboard.press("End");
  assert.match(await current(), /^Step 7 of 7/);
});

const endsInAll = (link: string) => link.endsWith("&all=1");

test("after every move the step is in sight, and at the end the violated property", { skip }, async (t) => {
  const { page } = await open(t, [longTrace(70)]);
  /** Whether nothing covers or cuts off its top or its bottom. */
  const isSeen = (selector: string) =>
    page.evaluate(`(() => {
      const one = document.querySelector("${selector}");
      const { left, top, bottom } = one.getBoundingClientRect();
      return [top + 2, bottom - 2].every((y) => one.contains(document.elementFromPoint(left + 8, y)));
    })()`);
  const slider = page.getByRole("slider", { name: "Step" });
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    "the End key": () => page.keyboard.press("End"),
    "the Home key": () => page.keyboard.press("Home"),
    "the slider to the middle": () => slider.fill("33"),
    "an arrow key": () => page.keyboard.press("ArrowRight"),
    "the button to the end": () => page.getByRole("button", { name: "Last" }).click(),
    "an arrow key back": () => page.keyboard.press("ArrowLeft"),
    "the slider to the end": () => slider.fill("70"),
    "a link in the story": async () => {
      await page.getByRole("button", { name: /The whole story/ }).click();
      await page.locator(".story a").first().click();
      await page.getByRole("button", { name: "Only the end" }).click();
    },
    "a click on a step": () => page.locator('.move[data-position="70"]').click(),
    "the address": async () => {
      // The page writes the address a moment after the last move. If it still has this step, nothing changes.
      await page.waitForURL(/step=70\b/);
      await page.evaluate("location.hash = '#step=48'");
      await page.locator(".step .number", { hasText: "48" }).waitFor();
    },
    "the End key again": () => page.keyboard.press("End"),
    "all steps": () => page.getByLabel("Show all 70 steps").check(),
  };
  for (const [width, height] of [
    [1400, 1000],
    [400, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const [name, go] of Object.entries(ways)) {
      await page.evaluate("scrollTo(0, 0)");
      await go();
      const place = `${name}, at ${width}`;
      assert.ok(await isSeen(".move[aria-current]"), `the step is out of sight after ${place}`);
      if ((await slider.inputValue()) === "70") assert.ok(await isSeen(".end"), `the end is after ${place}`);
    }
    await page.getByLabel("Show all 70 steps").uncheck();
    await page.keyboard.press("Home");
  }
});

test("a link opens the page with its step in sight", { skip }, async (t) => {
  const { page } = await open(t, [longTrace(70)], "#step=70");
  const { top, bottom } = (await page.evaluate("document.querySelector('.end').getBoundingClientRect().toJSON()")) as {
    readonly top: number;
    readonly bottom: number;
  };
  assert.ok(top > 0 && bottom <= 720, `the end is between ${top} and ${bottom}`);
});

test("lanes are as wide as their content, and a change is broken only if a line is too short", {
  skip,
}, async (t) => {
  const idle: Trace = { ...faultTrace, initial: { "idle.pc": "load: access", ...initial } };
  const { page } = await open(t, [idle]);
  await page.setViewportSize({ width: 1400, height: 1000 });
  const widths = await page.locator(".lane").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
  const [faulter = 0, zapper = 0, none = 0] = widths;
  assert.deepEqual(await page.locator(".lane-name").allInnerTexts(), ["faulter", "zapper", "idle"]);
  assert.ok(none < faulter / 2 && none < zapper / 2, `the lanes are ${widths.join(", ")} wide`);
  const lines = () =>
    page.locator(".net").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().height / 16)));
  assert.deepEqual(new Set(await lines()), new Set([1]));
  await page.setViewportSize({ width: 320, height: 700 });
  assert.ok((await lines()).some((count) => count > 1));
});

test("no text is smaller than 12 pixels", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace, longTrace(30)], "#step=7");
  for (const width of [1400, 400]) {
    await page.setViewportSize({ width, height: 900 });
    const small = await page.evaluate(`[...document.querySelectorAll("body *")]
      .filter((one) => one.checkVisibility() && [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== ""))
      .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12)
      .map(({ className, textContent }) => className + ": " + textContent)`);
    assert.deepEqual(small, []);
  }
});

test("stacks are below the step, and tables without changes are folded", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace], "#step=7");
  const titles = await page.locator(".state h2").allInnerTexts();
  const words = titles.map((title) => title.replace(/\s+/g, " "));
  assert.deepEqual(words, [
    "7 faulter remove_device_exclusive_entry: trylock_page",
    "Call stacks and locks held",
    "Page tables, device page tables and TLBs",
    "CPU TLBs",
    "Pages",
    "All variables",
  ]);
  const faulter = page.locator(".stack", { hasText: "took this step" });
  assert.match(
    await textOf(faulter),
    /do_user_addr_fault\(\) handle_pte_fault\(\) orig_pte device_exclusive P0 remove_device_exclusive_entry\(\) next: unlock_page/,
  );
  assert.doesNotMatch(await textOf(page.locator(".state")), /no meaning|other registers/);
  assert.equal(await page.locator(".step a").count(), 0, "the step does not link to itself");
  const still = page.locator('.cell[data-variable="cpu_tlb[faulter]"]');
  assert.ok(!(await still.isVisible()));
  await page.getByText("faulter: nothing changes in this trace").click();
  assert.ok(await still.isVisible());
});

test("a path without a violation is not called one", { skip }, async (t) => {
  const explored: Trace = {
    ...faultTrace,
    property: "none",
    sentence: "",
    violation: { kind: "none", message: "nothing" },
  };
  const { page, current } = await open(t, [explored], "#step=7");
  assert.equal(await page.locator(".badge, .broken").count(), 0);
  assert.equal(await page.title(), "fault-race on v8: a path");
  assert.match(await current(), /^Step 7 of 7: faulter/);
});

test("a witness is not called a violation", { skip }, async (t) => {
  const witness: Trace = {
    ...faultTrace,
    property: "sometimes: the page is freed",
    violation: { kind: "witness", message: 'the state satisfies "the page is freed"' },
  };
  const { page, current } = await open(t, [witness], "#step=7");
  assert.deepEqual(await page.locator(".broken").count(), 0);
  assert.match((await page.locator(".reached").textContent()) ?? "", /reached\s+the page is freed/i);
  assert.match((await page.locator(".verdict").textContent()) ?? "", /the page is freed: satisfied/);
  assert.match(await current(), /the page is freed: satisfied$/);
  assert.doesNotMatch((await page.locator("body").allInnerTexts()).join(), /violat|broken/);
});

test("the failing part of the property is at the top and at the end, with its values", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace], "#step=7");
  await page.keyboard.press("s");
  for (const place of [page.locator(".story"), page.locator(".verdict")]) {
    assert.match(await textOf(place), /false !event\.stale, where p = P0/);
    assert.match(await textOf(place), /event\.stale = true/);
  }
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator(".verdict").count(), 0);
});

test("a deadlock shows which actors wait, and where", { skip }, async (t) => {
  const source = { file: "mm/memory.c", function: "f" };
  const blocked = [{ actor: "zapper", procedure: "f", label: "lock_page", note: "waits", source }];
  const message = "no step can be taken";
  const { page } = await open(t, [{ ...faultTrace, violation: { kind: "deadlock", message, blocked } }], "#step=7");
  assert.match(await textOf(page.locator(".waits")), /waits in f: lock_page/);
  assert.match(await textOf(page.locator(".stack", { hasText: "zapper" })), /stuck/);
});

test("a file with several traces offers a choice", { skip }, async (t) => {
  const other: Trace = { ...longTrace(20), property: "no-deadlock" };
  const { page, current } = await open(t, [faultTrace, other], "#step=3");
  await page.getByLabel("Counterexample").selectOption("1");
  assert.match(await current(), /^Start, before step 1 of 20/);
  assert.equal(await page.title(), "fault-race on v8: no-deadlock");
  await page.keyboard.press("End");
  await page.waitForURL(/#trace=2&step=20$/);
  await page.evaluate("location.hash = '#trace=1&step=2'");
  await page.locator(".step .number", { hasText: "2" }).waitFor();
  assert.match(await current(), /^Step 2 of 7/);
});

test("a file without a trace says so", { skip }, async (t) => {
  const { page } = await open(t, []);
  assert.match(await textOf(page.locator("main")), /No counterexample/);
});

test("strings that look like markup or code are only shown", { skip }, async (t) => {
  const evil = [
    `</script><script>alert(1)</script>`,
    `<img src=x onerror="alert(2)">`,
    `"'\`\${alert(3)}{{data}}<!--<style>*{display:none}</style>`,
    `javascript:alert(4)`,
    `\u202e\u2028\u0000\ud800 𝒳 Ω`,
    "long".repeat(2000),
  ].join(" ");
  const trace = JSON.parse(
    JSON.stringify(faultTrace)
      .replaceAll("zapper", JSON.stringify(`zapper ${evil}`).slice(1, -1))
      .replaceAll("trylock_page", JSON.stringify(`trylock_page ${evil}`).slice(1, -1))
      .replaceAll("buf[0]", JSON.stringify(`buf[0] ${evil}`).slice(1, -1))
      .replaceAll("fault-race", JSON.stringify(evil).slice(1, -1))
      .replaceAll("Nobody uses", JSON.stringify(evil).slice(1, -1))
      .replaceAll("does what", JSON.stringify(evil).slice(1, -1))
      .replaceAll("mm/memory.c", JSON.stringify(evil).slice(1, -1)),
  ) as Trace;
  const { page, current } = await open(t, [trace, trace]);
  assert.match(await current(), /^Start, before step 1 of 7/);
  await page.keyboard.press("End");
  assert.match(await current(), /^Step 7 of 7.*<\/script><script>alert\(1\)/);
  assert.equal(await page.locator("img, style:not(head style), #viewer script").count(), 0);
  assert.deepEqual(
    await page.evaluate("[document.documentElement.scrollWidth <= innerWidth, document.scripts.length]"),
    [true, 2],
  );
  await page.setViewportSize({ width: 360, height: 700 });
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
});

test("only the page's own script and style may run, and the page may load or send nothing", { skip }, async (t) => {
  assert.ok(browser !== undefined);
  const { page } = await open(t, [faultTrace]);
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.match(
    policy ?? "",
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'/,
  );
  const second = await browser.context.newPage();
  await second.goto(page.url());
  const blocked = await second.evaluate(`new Promise((resolve) => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
      seen.push(effectiveDirective);
      if (seen.length === 4) resolve(seen.sort());
    });
    fetch("https://example.org/").catch(() => {});
    document.body.append(Object.assign(document.createElement("img"), { src: "https://example.org/x.png" }));
    document.body.append(Object.assign(document.createElement("style"), { textContent: "* { color: red }" }));
    try { document.body.innerHTML = "<b>x</b>"; } catch {}
  })`);
  assert.deepEqual(blocked, ["connect-src", "img-src", "require-trusted-types-for", "style-src-elem"]);
  await second.close();
});

test("the page is dark if the system is, and can be switched", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace]);
  const paper = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  await page.emulateMedia({ colorScheme: "light" });
  const light = await paper();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await paper();
  assert.notEqual(light, dark);
  await page.getByRole("button", { name: "Light colours" }).click();
  assert.equal(await paper(), light);
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await paper(), dark);
});

test("a narrow screen scrolls only vertically", { skip }, async (t) => {
  const { page } = await open(t, [longTrace(40)], "#step=16");
  for (const width of [320, 360, 700, 1000]) {
    await page.setViewportSize({ width, height: 740 });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
    const box = await page.locator('.move[data-position="16"]').boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= width, `the step is out of sight at ${width}`);
    assert.ok(
      await page.evaluate(
        "document.documentElement.scrollHeight <= document.querySelector('main').getBoundingClientRect().bottom + scrollY + 1",
      ),
      `something lies below the page at ${width}`,
    );
  }
  // At the bottom of the page the controls cover nothing.
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
  const bottomOf = async (box: string) =>
    page.evaluate(`document.querySelector("${box}").getBoundingClientRect().bottom`);
  const topOf = async (box: string) => page.evaluate(`document.querySelector("${box}").getBoundingClientRect().top`);
  assert.ok(Number(await bottomOf(".controls")) <= Number(await topOf(".columns")));
});

test("axe finds nothing wrong, in light and dark, wide and narrow", { skip }, async (t) => {
  const { page } = await open(t, [faultTrace, longTrace(9)], "#step=7");
  const ways = [
    ["light", 1400, "s"],
    ["dark", 360, "?"],
    ["dark", 1400, "?"],
    ["light", 360, "s"],
  ] as const;
  // Each colour and width once; every night with each other.
  for (const [colorScheme, width, key] of ways.slice(0, isNightly ? 4 : 2)) {
    await page.keyboard.press(key);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    assert.deepEqual(await axeFaults(page), [], `${colorScheme} at ${width}`);
  }
});

test("focus goes through the controls, enters the steps once, and follows them", { skip }, async (t) => {
  const { page, current } = await open(t, [faultTrace], "#step=2");
  await page.locator('.move[data-position="2"]').focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await current(), /^Steps 3–5/);
  assert.equal(await page.evaluate("document.activeElement.dataset.position"), "5");
  assert.equal(await page.locator('.move[tabindex="0"]').count(), 1);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate("document.activeElement.className"), "state");
});

test("a trace of 300 steps opens in less than a second, and the page adds less than 300 KB to it", {
  skip,
}, async (t) => {
  assert.ok(browser !== undefined);
  const trace = longTrace(300);
  assert.ok(Buffer.byteLength(htmlPage([trace], viewerPage())) - Buffer.byteLength(JSON.stringify(trace)) < 300_000);
  const { page } = await open(t, [trace], "#step=299&all=1");
  const session = await browser.context.newCDPSession(page);
  // The time that the page's thread worked, to the first picture: other tests on the machine do not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.reload();
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
  const { metrics } = await session.send("Performance.getMetrics");
  const worked = metrics.find(({ name }) => name === "TaskDuration")?.value;
  assert.equal(await page.locator(".move").count(), 301);
  assert.ok(worked !== undefined && worked > 0 && worked < 1, `it took ${worked} s`);
});
