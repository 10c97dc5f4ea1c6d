import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { mermaidText } from "../../src/reporters/mermaid.ts";
import type { Trace } from "../../src/trace/format.ts";
import { noBrowser, openBrowser } from "../fixtures/browser.ts";
import { hostileText, hostileTrace } from "../fixtures/hostile-text.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const found = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");
/** A trace in which all steps matter. */
const trace: Trace = { ...found, steps: found.steps.map((step) => ({ ...step, matters: true })) };

/** The text to read, without the characters that only make room. */
function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => line.replace(/[\u00a0\u200b]+(?=<br|$)/g, "").trim());
}

test("a diagram has a lifeline for each actor, a box for each step and the violation at its end", () => {
  assert.deepEqual(linesOf(mermaidText(trace)), [
    '%%{init: {"sequence": {"noteAlign": "left", "noteMargin": 12}}}%%',
    "sequenceDiagram",
    "accTitle: sample on v8: no-deadlock is violated",
    "participant a0 as one",
    "participant a1 as two",
    "Note over a0,a1: sample on v8: no-deadlock is violated<br/>no-deadlock promises: Whenever no actor can<br/>move, all have finished.",
    "Note over a0: 1 add_one: begin [quickly]<br/>chooses what to do",
    "Note over a0: 2 add_one: first_lock<br/>takes a lock<br/>\u00a0\u00a0lock[a]: false → true",
    "Note over a1: 3 add_one: begin [quickly]<br/>chooses what to do",
    "Note over a1: 4 add_one: first_lock<br/>takes a lock<br/>\u00a0\u00a0lock[b]: false → true",
    "rect rgba(220, 40, 40, 0.15)",
    "Note over a0,a1: Then: no step can be taken, but not all actors<br/>have finished: one, two" +
      "<br/>one waits in add_one: second_lock - takes a lock<br/>for lock[b], which two set to true [4]" +
      "<br/>two waits in add_one: second_lock - takes a lock<br/>for lock[a], which one set to true [2]",
    "end",
    "",
  ]);
});

test("successive steps that do not matter are one box, and a change of another actor's variable is an arrow to it", () => {
  const [first = assert.fail(), , third = assert.fail()] = trace.steps;
  const change = { variable: "named.stale[one]", kind: "ghost", old: "false", new: "true" } as const;
  const steps = [
    { ...first, matters: false },
    { ...first, n: 2, matters: false },
    { ...third, changes: [change] },
    { ...first, n: 4, matters: false },
  ];

  assert.deepEqual(linesOf(mermaidText({ ...trace, steps })).slice(6, 10), [
    "Note over a0: steps 1 to 2 do not matter",
    "Note over a1: 3 add_one: begin [quickly]<br/>chooses what to do",
    "a1-)a0: named.stale[one]: false → true",
    "Note over a0: step 4 does not matter",
  ]);
});

test("a diagram that is too long for Mermaid loses its first steps, not its last", () => {
  const steps = Array.from({ length: 2000 }, (_, at) => ({ ...(trace.steps[at % 4] ?? assert.fail()), n: at + 1 }));
  const text = mermaidText({ ...trace, steps });

  assert.ok(text.length <= 50_000 && text.length > 25_000, `${text.length} characters`);
  assert.match(text, /Note over a0,a1: steps 1 to \d+ are left out/);
  assert.match(text, /Note over a\d: 2000 add_one/);
});

test("texts contain nothing that Mermaid could take for its own syntax", () => {
  const statement = /^(accTitle|participant a\d as|Note over [a\d,]+|a\d-\)a\d|rect rgba|end)(?:: | |$|(?=\())(.*)$/;
  fc.assert(
    fc.property(hostileTrace(trace), (hostile) => {
      for (const line of linesOf(mermaidText(hostile)).slice(2, -1)) {
        const [, , text = ""] = statement.exec(line) ?? assert.fail(line);
        assert.match(text.replaceAll("<br/>", " "), /^(?:[A-Za-z0-9 \u00a0\u200b_.,()[\]:/=!?*+'→-]|#\d+;)*$/);
        assert.doesNotMatch(text, /^(no)?wrap:/i);
      }
    }),
  );
});

interface Drawn {
  readonly text: string;
  /** How many elements do not belong to a drawing. */
  readonly others: number;
}

/** In the page: draws a diagram, and reads it. */
const drawing = `
  async function draw(source) {
    document.body.innerHTML = (await mermaid.render("drawn", source)).svg;
    const text = [...document.querySelectorAll("svg text")].map(({ textContent }) => textContent).join(" ");
    const others = document.querySelectorAll("body :is(:not(svg, svg *), script, img, a, iframe, foreignObject)").length;
    return JSON.stringify({ text, others });
  }`;

test("Mermaid itself draws every text as it is, and only that", { skip: noBrowser }, async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.context.newPage();
    await page.setContent("<!doctype html><title>.</title>");
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("@mermaid-js/tiny/dist/mermaid.tiny.js") });
    await page.addScriptTag({ content: drawing });
    const draw = async (text: string): Promise<Drawn> =>
      JSON.parse(await page.evaluate(`draw(${JSON.stringify(text)})`));
    // Lines are broken at blanks.
    const squeezed = (text: string) =>
      text.replace(/[\s\p{Cc}\u200b\ufffe\uffff]+/gu, "").replace(/\p{Surrogate}/gu, "\ufffd");

    const known = await draw(mermaidText(trace));
    assert.ok(squeezed(known.text).includes(squeezed("2 add_one: first_lock takes a lock lock[a]: false → true")));

    const [one = assert.fail(), two = assert.fail()] = trace.steps;
    const texts = fc.sample(hostileText, 60);
    const steps = texts.map((text, at) => ({ ...(at % 2 === 0 ? one : two), n: at + 1, label: text, note: text }));
    const named = { ...trace.spec, name: texts[0] ?? "" };
    const hostile = await draw(mermaidText({ ...trace, spec: named, sentence: texts[1] ?? "", steps }));
    assert.equal(hostile.others, 0);
    for (const [at, text] of texts.entries())
      assert.ok(squeezed(hostile.text).includes(squeezed(`${at + 1} add_one: ${text}`)), JSON.stringify(text));
  } finally {
    await browser.close();
  }
});
