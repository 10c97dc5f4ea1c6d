import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { fragmentOf, readFragment } from "../../src/playground/page/sharing/link.ts";
import { axeFaults } from "../fixtures/axe-faults.ts";
import { leavePage, noBrowser, openBrowser, type TestBrowser, takePage } from "../fixtures/browser.ts";
import { isNightly, tries } from "../fixtures/nightly.ts";
import { standInPage } from "../fixtures/stand-in-page.ts";
import { faultTrace } from "../viewer/fault-trace.ts";

const skip = noBrowser;
const noChoices = { kernels: [], with: [], without: [], edits: [], properties: [], options: {} };
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-page-"));
const file = join(folder, "page.html");
const address = pathToFileURL(file).href;
const library = ["specs/fork-waits.json", "specs/fault-race.json", "specs/migrate-and-fork.json"].map((name) => ({
  file: name,
  text: readFileSync(name, "utf8"),
}));
let browser: TestBrowser | undefined;
before(async () => {
  if (noBrowser !== false) return;
  writeFileSync(file, await standInPage(library, faultTrace));
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page, which must report no error and load only itself. */
async function open(t: TestContext, hash = ""): Promise<Page> {
  assert.ok(browser !== undefined);
  const page = await takePage(browser.context);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") complaints.push(`dialog: ${dialog.message()}`);
    dialog.accept().catch(() => {});
  });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address + hash);
  await page.getByText("0.0.0").waitFor();
  t.after(async () => {
    await leavePage(page);
    assert.deepEqual(complaints, []);
  });
  return page;
}

/** As it is seen. */
async function textOf(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: this is not the DOM's, and what is hidden does not count
  return (await locator.innerText()).trim();
}

const editorOf = (page: Page) => page.getByRole("textbox", { name: "Scenario" });

async function withScenario(t: TestContext, text: string): Promise<Page> {
  const fragment = await fragmentOf({
    ...{ ...noChoices, file: "mine.json", text },
  });
  const page = await open(t, `#${fragment}`);
  await editorOf(page).waitFor();
  return page;
}

test("a question of the first screen is checked with one click, and its counterexample is one more", {
  skip,
}, async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: /Does fork\(\) race/ }).click();
  await page.getByRole("heading", { name: "v6.15: holds" }).waitFor();
  assert.match(await textOf(page.locator("article pre").first()), /fork-waits\.json on v8: violated, as expected/);
  await page.getByRole("button", { name: /no-use-after-free, 7 steps/ }).click();
  assert.equal(await textOf(page.locator("[aria-current=page]")), "Counterexample");
});

test("a verdict says what the scenario's file changed in the kernel, and the switches say it too", {
  skip,
}, async (t) => {
  const page = await withScenario(t, '{ "without": ["zap-expects-anonymous-vma"] }');
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "v6.15: holds without zap-expects-anonymous-vma" }).waitFor();
  const cells = await page.locator(".matrix td").allInnerTexts();
  assert.deepEqual(
    cells.map((cell) => cell.trim()),
    ["violated", "holds without zap-expects-anonymous-vma"],
  );
  assert.match(await textOf(page.locator(".file-changes")), /^without zap-expects-anonymous-vma on v6\.15/);
  assert.equal(await page.locator(".chips").count(), 0);
  await page.getByRole("button", { name: "Ask with it" }).click();
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), ["with zap-expects-anonymous-vma"]);
});

test("an edited shipped scenario is marked, and says that no expectation is compared", { skip }, async (t) => {
  const page = await open(t, "#specs/fault-race.json");
  await editorOf(page).fill('{ "name": "surprising" }');
  await page.getByText("specs/fault-race.json edited").waitFor();
  await page.keyboard.press("Control+Enter");
  await page
    .getByText("The text differs from the shipped specs/fault-race.json, so the verdicts that it expects")
    .waitFor();
  assert.deepEqual(
    (await page.locator(".matrix td").allInnerTexts()).map((cell) => cell.trim()),
    ["violated", "holds"],
  );
});

test("the list of scenarios is searched by words, and a click opens one", { skip }, async (t) => {
  const page = await open(t);
  assert.equal(await page.locator(".group").count(), 3);
  await page.getByRole("searchbox").fill("fork migrate");
  await page.getByText("1 scenario", { exact: true }).waitFor();
  await page.getByRole("button", { name: "migrate-and-fork" }).click();
  assert.match(await editorOf(page).inputValue(), /"name": "migrate-and-fork"/);
});

test("an error is listed with the text of the command line, and leads to its place", { skip }, async (t) => {
  const page = await withScenario(t, '{\n  "name": "wrong"\n}');
  assert.match(await textOf(page.locator(".diagnostics pre")), /^mine\.json:2:12: error: "wrong" is not known/);
  await page.getByRole("button", { name: "Line 2, column 12" }).click();
  const selected = () => page.evaluate("String(getSelection())");
  assert.equal(await selected(), "wrong");
  const marked = await page.evaluate('[...(CSS.highlights.get("diagnostic") ?? [])].map(String)');
  assert.deepEqual(marked, ["wrong"]);
  await page.keyboard.type("right");
  await page.getByText("No errors.").waitFor();
});

test("completions are chosen with the keyboard, and Escape and Tab leave the editor", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("l");
  await page.getByRole("option", { name: /load/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await editorOf(page).inputValue(), "{load}");
  await page.keyboard.press("Control+z");
  assert.equal(await editorOf(page).inputValue(), "{l}");
  await page.keyboard.press("Control+i");
  await page.getByText("An explanation.").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await editorOf(page).inputValue(), "{l  }");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate("document.activeElement.tagName"), "TEXTAREA");
});

test("completions that are asked for at once after typing stay open", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("ArrowLeft");
  // A space is no beginning of a name, so typing it alone opens no list.
  await page.keyboard.type(" ");
  await page.keyboard.press("Control+ ");
  await page.getByRole("option", { name: /load/ }).waitFor();
  await page.waitForTimeout(200);
  assert.ok(await page.getByRole("option", { name: /load/ }).isVisible());
});

test("a check shows its progress and can be stopped; a change afterwards is noticed", { skip }, async (t) => {
  const page = await withScenario(t, '{ "name": "endless" }');
  await page.keyboard.press("Control+Enter");
  await page.getByText("v8 (1 of 2): 1,234,567 states, depth 42, 2,469,134/s, 64.0 MiB, 0.50 s").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped: this is what was found so far.").waitFor();
  await page.getByRole("checkbox", { name: /v6.15/ }).uncheck();
  await page.getByText("The scenario or the choices have changed since this check.").waitFor();
});

test("a scenario that is opened while another is checked stops that check, and is checked itself", {
  skip,
}, async (t) => {
  const page = await withScenario(t, '{ "name": "endless" }');
  await page.keyboard.press("Control+Enter");
  await page.getByText(/1,234,567 states/).waitFor();
  await page.getByRole("button", { name: "Questions" }).click();
  await page.getByRole("button", { name: /Can a fault lock/ }).click();
  await page.getByText("specs/fault-race.json on v8: violated, as expected").waitFor();
  assert.equal(await page.getByText("mine.json").count(), 0);
});

test("a counterexample can be copied for a mail, by hand if the clipboard is closed", { skip }, async (t) => {
  const page = await withScenario(t, '{ "name": "mine" }');
  await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error())");
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Share no-use-after-free").click();
  await page.getByRole("button", { name: "Copy as mail" }).click();
  const text = page.getByRole("dialog").getByRole("textbox");
  const [mail = "", fragment = ""] = (await text.inputValue()).split("#");
  assert.match(mail, /^stand-in-v8-no-use-after-free\.trace\.json as mail\nIt opens in the page of exclusive-check/);
  const link = await readFragment(fragment.trim());
  assert.equal(link.kind === "question" ? link.question.text : link.kind, '{ "name": "mine" }');
  await page.keyboard.press("Escape");
  assert.equal(await text.count(), 0);
});

test("switches and edits change the question, and stand as chips that can be removed", { skip }, async (t) => {
  const page = await withScenario(t, '{ "name": "mine" }');
  await page.getByText("Features").first().click();
  await page.getByRole("searchbox", { name: "Search" }).fill("zap");
  await page.getByRole("combobox", { name: "zap-flushes-tlb" }).selectOption("without");
  const edit = page.getByRole("textbox", { name: "Edit" });
  await edit.fill("nonsense");
  await edit.press("Enter");
  await page.getByText('there is no edit "nonsense"').waitFor();
  await edit.fill("drop fork: up_write");
  await edit.press("Enter");
  await page.getByRole("button", { name: "Remove drop fork: up_write" }).waitFor();
  assert.equal(await edit.inputValue(), "");
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), [
    "drop fork: up_write",
    "without zap-flushes-tlb",
  ]);
  await page.getByRole("button", { name: "Remove without zap-flushes-tlb" }).click();
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), ["drop fork: up_write"]);
  await edit.fill("drop fork: up_write");
  await edit.press("Enter");
  await page.locator(".chips .name").nth(1).waitFor();
  await page.getByRole("button", { name: "Remove drop fork: up_write" }).first().click();
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), ["drop fork: up_write"]);
});

test("a link opens with everything that was chosen", { skip }, async (t) => {
  const page = await withScenario(t, '{ "name": "shared" }');
  await page.getByRole("checkbox", { name: /v6.15/ }).uncheck();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("header .menu summary").click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText(/^The link is in the clipboard\. It names this file/).waitFor();
  const link = await page.evaluate<string>("navigator.clipboard.readText()");
  const other = await open(t, link.slice(link.indexOf("#")));
  await editorOf(other).waitFor();
  assert.equal(await editorOf(other).inputValue(), '{ "name": "shared" }');
  assert.equal(await other.getByRole("checkbox", { name: /v6.15/ }).isChecked(), false);
  assert.equal(await other.getByRole("checkbox", { name: /v8/ }).isChecked(), true);
});

test("a text that is larger than any scenario is shown without colours, and its link is refused", {
  skip,
}, async (t) => {
  const coloured = (page: Page) => page.locator(".pce-line span").count();
  const page = await withScenario(t, '{ "name": ["a"] }');
  assert.equal(await coloured(page), 7);
  const texts = ["[".repeat(15).concat("\n").repeat(3999), "[".repeat(2 ** 16), 'x"'.repeat(2 ** 15 - 1)];
  for (const text of texts.slice(0, tries(1, 3))) {
    const file = `large-${text.length}.json`;
    await page.evaluate(`location.hash = "${await fragmentOf({ ...noChoices, file, text })}"`);
    await page.getByText(file, { exact: true }).waitFor();
    assert.equal((await editorOf(page).inputValue()).length, text.length);
    assert.equal(await coloured(page), 0);
  }
  await editorOf(page).fill("[".repeat(2 ** 16 + 1));
  await page.locator("header .menu summary").click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page
    .getByText("There is no link that holds all of this: its scenario has more than 65,536 characters.")
    .waitFor();
});

test("a link to a changed shipped scenario marks its name, and offers to check it", { skip }, async (t) => {
  const changed = {
    file: "specs/fault-race.json",
    text: '{ "name": "fault-race" }',
    kernels: [],
    with: [],
    without: [],
  };
  const page = await open(t, `#${await fragmentOf({ ...changed, edits: [], properties: [], options: {} })}`);
  await page.getByText("specs/fault-race.json edited").waitFor();
  await page.getByRole("button", { name: "Check it" }).click();
  const said = await textOf(page.locator("article").first());
  assert.match(said, /Your text differs from the shipped file\. Save your text there before you run it\./);
});

test("characters that turn text around are shown as escapes, and the lines of the text that have them", {
  skip,
}, async (t) => {
  const turned = "\u202eevil\u2066";
  const text = `{\n "name": "a",\n "description": "${turned}" }`;
  const page = await open(t, `#${await fragmentOf({ ...noChoices, file: turned, text, edits: [turned] })}`);
  await page.getByText('3:  "description": "\\u202eevil\\u2066" }').waitFor();
  await page.getByRole("button", { name: "Remove \\u202eevil\\u2066" }).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator(".description").first().waitFor();
  // What the engine says comes from the reporters, which escape it.
  for (const own of [".bar", ".description", ".chips", ".kernel > p.soft"])
    assert.match(await textOf(page.locator(own).first()), /^[^\u202e\u2066]*\\u202eevil\\u2066[^\u202e\u2066]*$/, own);
});

test("a file that is not UTF-8 is refused, and an address that names nothing says so", { skip }, async (t) => {
  const page = await open(t, "#specs/no-such-race.json");
  await page.getByText("The address names nothing that the page can open.").waitFor();
  const buffer = Buffer.from("\ufeff{}", "utf16le");
  await page.locator("input[type=file]").setInputFiles({ name: "a.json", mimeType: "application/json", buffer });
  await page.getByText("a.json cannot be read as UTF-8.").waitFor();
});

test("a damaged link says so", { skip }, async (t) => {
  const page = await open(t, "#q1=!!!");
  await page.getByText("The link cannot be read: it is incomplete or damaged.").waitFor();
});

test("files open with the button: a trace as a trace, anything else as a scenario", { skip }, async (t) => {
  const page = await open(t);
  const files = page.locator("input[type=file]");
  const fileOf = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  await files.setInputFiles(fileOf("a.json", '{ "name": "a" }'));
  await editorOf(page).waitFor();
  assert.equal(await editorOf(page).inputValue(), '{ "name": "a" }');
  await files.setInputFiles(fileOf("b.trace.json", JSON.stringify(faultTrace)));
  await page.locator("[data-panel=trace]").waitFor();
});

test("a scenario that is dropped on the page opens", { skip }, async (t) => {
  const page = await open(t);
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['{ "name": "dropped" }'], "dropped.json"));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
  })()`);
  await editorOf(page).waitFor();
  assert.equal(await editorOf(page).inputValue(), '{ "name": "dropped" }');
});

test("text that looks like markup stays text", { skip }, async (t) => {
  const hostile = '<img src=x onerror=alert(1)>"<script>alert(2)</script>';
  const page = await withScenario(t, JSON.stringify({ name: hostile, description: hostile, wrong: hostile }));
  await page.locator(".diagnostics").waitFor();
  await editorOf(page).press("Control+Enter");
  await page.getByRole("heading", { name: "The question has errors" }).waitFor();
  assert.equal(await page.locator("img, script:not(body > script)").count(), 0);
});

test("every panel is accessible, light and dark, wide and narrow", { skip }, async (t) => {
  const page = await withScenario(t, '{ "name": "accessible" }');
  for (const [colorScheme, width] of [
    ["light", 1200],
    ["dark", 360],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    for (const panel of ["Questions", "Scenario", "Result"] as const) {
      await page.getByRole("button", { name: panel, exact: true }).click();
      if (panel === "Result") await page.keyboard.press("Control+Enter");
      if (panel === "Scenario") {
        await page.getByText("Features").first().click();
        await editorOf(page).press("Control+ ");
        await page.getByRole("option", { name: /load/ }).waitFor();
      }
      // Each panel in one of the two, which takes a second; every night in both.
      if (isNightly || (panel === "Scenario") === (width === 360))
        assert.deepEqual(await axeFaults(page), [], `${panel}, ${colorScheme}`);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(overflow <= 0, `${panel} is ${overflow} px too wide at ${width}`);
    }
  }
});

test("what was edited can be brought back after another scenario was opened", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await editorOf(page).fill('{ "name": "edited" }');
  await page.getByRole("button", { name: "Questions" }).click();
  await page.getByRole("searchbox").fill("fault-race");
  await page.getByRole("button", { name: "fault-race", exact: true }).click();
  await page.getByText("mine.json was edited, and is replaced.").waitFor();
  await page.getByRole("button", { name: "Bring it back" }).click();
  assert.equal(await editorOf(page).inputValue(), '{ "name": "edited" }');
});

test("a question card brings back what it replaced: the text, the edits and the switches", { skip }, async (t) => {
  const page = await withScenario(t, '{ "name": "mine" }');
  await page.getByRole("checkbox", { name: /v6.15/ }).uncheck();
  await page.getByRole("textbox", { name: "Edit" }).fill("drop fork: up_write");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove drop fork: up_write" }).waitFor();
  await page.getByRole("button", { name: "Questions" }).click();
  await page.getByRole("button", { name: /Does fork\(\) race/ }).click();
  await page.getByRole("heading", { name: "v6.15: holds" }).waitFor();
  await page.getByRole("button", { name: "Bring it back" }).click();
  assert.equal(await editorOf(page).inputValue(), '{ "name": "mine" }');
  assert.equal(await page.getByRole("checkbox", { name: /v6.15/ }).isChecked(), false);
  assert.deepEqual(await page.locator(".chips .name").allInnerTexts(), ["drop fork: up_write"]);
  assert.equal(await page.getByRole("button", { name: "Bring it back" }).count(), 0);
});

test("Back, Forward and a reload bring each question back as it was left", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await editorOf(page).fill('{ "name": "edited" }');
  await page.getByRole("button", { name: "Questions" }).click();
  await page.getByRole("searchbox").fill("fault-race");
  await page.getByRole("button", { name: "fault-race", exact: true }).click();
  await page.getByRole("checkbox", { name: /v6.15/ }).uncheck();
  // The page writes what changed soon, not at once.
  while ((await page.evaluate("history.state.choices.kernels.join()")) !== "v8") await page.waitForTimeout(20);
  await page.goBack();
  await page.getByText("mine.json edited").waitFor();
  await page.getByRole("button", { name: "Scenario", exact: true }).click();
  assert.equal(await editorOf(page).inputValue(), '{ "name": "edited" }');
  await page.goForward();
  await page.getByText("specs/fault-race.json", { exact: true }).waitFor();
  assert.equal(await page.getByRole("checkbox", { name: /v6.15/ }).isChecked(), false);
  await page.goBack();
  await page.reload();
  await page.getByText("mine.json edited").waitFor();
  await page.getByRole("button", { name: "Scenario", exact: true }).click();
  assert.equal(await editorOf(page).inputValue(), '{ "name": "edited" }');
});

test("Escape keeps the focus in the editor", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Escape");
  await page.keyboard.type("x");
  assert.equal(await editorOf(page).inputValue(), "{}x");
});

test("leaving the page asks only if the text was edited", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  const asked = async () => {
    let dialogs = 0;
    const count = () => void dialogs++;
    page.on("dialog", count);
    await page.reload();
    page.off("dialog", count);
    return dialogs;
  };
  await editorOf(page).press("End");
  assert.equal(await asked(), 0);
  await editorOf(page).press("x");
  assert.equal(await asked(), 1);
});

test("a scenario is downloaded as it stands in the editor, and then counts as saved", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await editorOf(page).fill('{ "name": "mine" }');
  await page.getByText("edited").waitFor();
  await page.locator("header .menu summary").click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download scenario" }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), "mine.json");
  assert.equal(readFileSync(await download.path(), "utf8"), '{ "name": "mine" }');
  assert.equal(await page.getByText("edited").count(), 0);
});

test("a menu closes after a choice", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  await page.locator("header .menu summary").click();
  await page.getByRole("button", { name: "Copy link" }).click();
  assert.equal(await page.getByRole("button", { name: "Copy link" }).isVisible(), false);
});

test("a menu closes with Escape, and gives the focus back", { skip }, async (t) => {
  const page = await withScenario(t, "{}");
  const share = page.locator("header .menu summary");
  await share.press("Enter");
  await page.getByRole("button", { name: "Copy link" }).focus();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("button", { name: "Copy link" }).isVisible(), false);
  assert.equal(await page.evaluate("document.activeElement.tagName"), "SUMMARY");
});
