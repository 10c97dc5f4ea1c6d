import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { type Node, parseTree } from "jsonc-parser";
import { at } from "../../src/ir/lookup.ts";
import { complete } from "../../src/playground/engine/complete.ts";
import { hover } from "../../src/playground/engine/hover.ts";
import { tries } from "../fixtures/nightly.ts";

const scenarios = readdirSync("specs")
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ file: `specs/${name}`, text: readFileSync(`specs/${name}`, "utf8") }));

/** The scenario of the README, small and with one of everything. */
const scenario = readFileSync("specs/fork-race.json", "utf8");

/** Replaces `found` by `written`, in which `|` is the cursor. */
function completing(found: string, written: string) {
  const at = scenario.indexOf(found);
  assert.ok(at >= 0, found);
  const text = scenario.slice(0, at) + written.replace("|", "") + scenario.slice(at + found.length);
  const { from, to, options } = complete({ file: "mine.json", text }, at + written.indexOf("|"));
  const labels = options.map(({ label }) => label);
  const after = (label: string) => {
    const chosen = options.find((one) => one.label === label);
    assert.ok(chosen !== undefined, `${label} is not among ${labels.join(", ")}`);
    return text.slice(0, from) + chosen.insert + text.slice(to);
  };
  return { labels, options, after };
}

const placeOfProperties = '"properties": "all"';

test("keys that the object has already are left out", () => {
  const { labels } = completing(`${placeOfProperties},`, "|");
  assert.deepEqual(labels.toSorted(), ["edits", "properties", "search", "with", "without"]);
});

test("a key comes with a value, in which the names are those of the scenario", () => {
  const { after, options } = completing('"forker": {', '"|", "forker": {');
  const text = after("engine2");
  assert.deepEqual(JSON.parse(text).actors.engine2, {
    device: "gpu",
    process: "parent",
    run: [{ atomic: "buf[0]" }],
  });
  const { insert, select } = options.find(({ label }) => label === "engine2") ?? {};
  assert.deepEqual(JSON.parse(insert?.slice(...(select ?? [])) ?? ""), JSON.parse(text).actors.engine2);
});

test("a key in the middle of a text keeps its value", () => {
  const { after } = completing('"pages": 1,\n', '"pa|": 1,\n');
  assert.equal(JSON.parse(after("pages")).system.pages, 1);
});

test("an operation is offered until the object has one", () => {
  assert.ok(completing('{ "truncate": "buf" }', "{ | }").labels.includes("munmap"));
  assert.deepEqual(completing('{ "truncate": "buf" }', '{ "truncate": "buf", | }').labels, []);
  assert.ok(completing('{ "truncate": "buf" }', "{ | }").labels.includes("any"));
  assert.deepEqual(completing('{ "truncate": "buf" }', '{ "any": [], | }').labels, ["times"]);
});

test("an operation is offered what it can work on", () => {
  assert.deepEqual(completing('"truncate": "buf"', '"truncate": "|"').labels, ["buf"]);
  assert.deepEqual(completing('"truncate": "buf"', '"madvise_dontneed": |').labels, ["buf[0]", "buf"]);
  assert.deepEqual(completing('"truncate": "buf"', '"mlock": |').labels, [], "it works on anonymous memory only");
  assert.deepEqual(completing('"truncate": "buf"', '"exit": "|"').labels, ["parent"]);
});

test("a process that a fork makes has its parent's memory", () => {
  const { labels } = completing(
    '"engine": { "device"',
    '"late": { "process": "child", "run": [{ "load": "|" }] }, "engine": { "device"',
  );
  assert.deepEqual(labels, ["buf[0]"]);
});

test("a verdict is offered the properties that the scenario checks", () => {
  const { labels } = completing('"violates": ["no-use-after-free", "kernel-assertions"]', '"violates": [|]');
  assert.ok(labels.includes("no-lost-store"));
  assert.ok(!labels.includes("dma-outside-atomics"), "it is checked only if it is named");
});

test("names that are used before they are defined are offered where they are defined", () => {
  const { after } = completing('"writer": { "process"', '"|": { "process"');
  assert.equal(after("writer"), scenario);
});

test("an expression is offered the names of the state and their fields", () => {
  const expression = "pages.exists(p, p.mapcount == 2)";
  assert.ok(completing(expression, "pa|").labels.includes("pages"));
  assert.ok(completing(expression, "pages.|").labels.includes("exists("));
  assert.ok(completing(expression, "pages.exists(p, |)").labels.includes("p"));
  assert.ok(completing(expression, "pages.filter(q, ptes.exists(e, e.pfn == q.|").labels.includes("mapcount"));
  assert.ok(completing(expression, "pages[ptes[0].pfn].|").labels.includes("refcount"));
  assert.ok(!completing(expression, "|").labels.includes("old"), "only steps have a state before them");
});

test("a name in an expression is compared with the names that it can be", () => {
  const kind = 'e.kind == \\"device_exclusive\\"';
  const { labels, after } = completing(kind, 'e.kind == \\"|');
  assert.deepEqual(labels, ["none", "present", "device_exclusive", "migration", "swap"]);
  assert.equal(after("device_exclusive"), scenario);
  assert.deepEqual(completing(kind, 'e.process == \\"|\\"').labels, ["parent", "child"]);
  assert.deepEqual(completing(kind, 'e.kind in [\\"none\\", \\"|').labels, labels);
});

test("a property of steps is offered the step, the state before it and the event's parameters", () => {
  const property = (expr: string) =>
    completing(placeOfProperties, `"properties": [{ "name": "mine", "on": "page_use", "expr": "${expr}" }]`).labels;
  assert.ok(["old", "event", "step"].every((name) => property("|").includes(name)));
  assert.deepEqual(property("event.|"), ["page", "stale"]);
  assert.ok(property("old.pages[event.page].|").includes("locked"));
  assert.deepEqual(property('step.actor == \\"|'), ["forker", "writer", "truncater", "engine"]);
});

test("an edit is offered procedures, steps, effects, primitives and features", () => {
  const edit = (text: string) => completing(placeOfProperties, `"edits": ["${text}"], ${placeOfProperties}`);
  assert.ok(edit("|").labels.includes("drop"));
  assert.ok(edit("move |").labels.includes("remove_device_exclusive_entry:"));
  assert.ok(edit("move remove_device_exclusive_entry: |").labels.includes("unlock_page"));
  assert.ok(edit("move remove_device_exclusive_entry: folio_put before |").labels.includes("unlock_page"));
  assert.ok(edit("split remove_device_exclusive_entry: restore under the PTL before |").labels.includes("taking ptl"));
  assert.ok(edit("insert |").labels.includes("pte_same"));
  assert.ok(edit("drop call |").labels.includes("mmu_notifier_invalidate_range_start"));
  assert.ok(edit("keep remove_device_exclusive_entry: folio_put only with |").labels.includes("restore-notifies"));
  const quoted = edit("drop remove_device_exclusive_entry: |").after('"folio_put before retry"');
  assert.deepEqual(JSON.parse(quoted).edits, ['drop remove_device_exclusive_entry: "folio_put before retry"']);
});

test("what is typed chooses: what begins with it, what contains it, else the one that was meant", () => {
  const typed = (text: string) => completing('{ "truncate": "buf" }', `{ "${text}|" }`).labels;
  assert.deepEqual(typed("lo"), ["load", "mlock", "munlock", "dma_load", "device_load"]);
  assert.deepEqual(typed("atmoic"), ["atomic"]);
  assert.deepEqual(completing(placeOfProperties, '"properties": "all|"').labels, [], "it stands there already");
});

test("nothing is offered in a comment or behind a string", () => {
  assert.deepEqual(completing(placeOfProperties, `// pro|\n${placeOfProperties}`).labels, []);
  assert.deepEqual(completing(placeOfProperties, '"properties": "all"|').labels, []);
});

/** The keys that the schema names, and the values that it or the scenario's own names make possible. */
function placesIn(node: Node, path: readonly string[] = []): readonly { node: Node; isKey: boolean }[] {
  if (node.type === "array") return (node.children ?? []).flatMap((item) => placesIn(item, [...path, "0"]));
  if (node.type === "object")
    return (node.children ?? []).flatMap(({ children = [] }) => {
      const [key, value] = children as [Node, Node];
      const own = isFree.test([...path, "KEY"].join("/")) ? [] : [{ node: key, isKey: true }];
      return [...own, ...placesIn(value, [...path, String(key.value)])];
    });
  return node.type === "string" && !isFree.test(path.join("/")) ? [{ node, isKey: false }] : [];
}

/** What only the author can know: names, sentences, expressions, edits. */
const isFree =
  /(^|\/)(\$schema|name|description|sentence|expr|premise|fork|(edits|actors|processes|vmas|devices)\/[^/]+)$/;

const places = scenarios.flatMap(({ file, text }, number) =>
  placesIn(parseTree(text) as Node).map(({ node: { offset, length, value }, isKey }) => {
    return { file, number, offset, length, isKey, written: String(value) };
  }),
);

test("each key and each name in the shipped scenarios is offered if it is taken out", () => {
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.boolean(), ({ number, offset, length, written, file }, keepQuotes) => {
      const { text: whole } = at(scenarios, number);
      const [from, to] = keepQuotes ? [offset + 1, offset + length - 1] : [offset, offset + length];
      const text = whole.slice(0, from) + whole.slice(to);
      const labels = complete({ file, text }, from).options.map(({ label }) => label);
      assert.ok(labels.includes(written), `${file}: ${written} at ${from} is not among ${labels}`);
    }),
    { numRuns: tries(80, 300) },
  );
});

/** Brackets and commas in the order of the text. */
function marksIn(text: string): readonly number[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)].flatMap(({ 0: found, index }) =>
    found.startsWith('"') ? [] : [index],
  );
}

test("with one bracket or comma missing above the cursor, nearly each is still offered, and hardly ever what is wrong", () => {
  const draws = 600;
  const broken = fc
    .record({ place: fc.constantFrom(...places), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ place: { number, offset, length, ...place }, share }) => {
      const { text: whole } = at(scenarios, number);
      const above = marksIn(whole).filter((mark) => mark < offset);
      const mark = at(above, Math.min(above.length - 1, Math.floor(share * above.length)));
      const text = whole.slice(0, mark) + whole.slice(mark + 1, offset) + whole.slice(offset + length);
      return { ...place, text, offset: offset - 1, mark };
    });
  const missing: string[] = [];
  let wrong = 0;
  for (const { file, text, offset, written, mark } of fc.sample(broken, draws)) {
    const labels = complete({ file, text }, offset).options.map(({ label }) => label);
    if (labels.includes(written)) continue;
    missing.push(`${file}: ${written} at ${offset} without the mark at ${mark}: ${labels}`);
    if (labels.length > 0) wrong++;
  }
  // Some texts can be read in two ways.
  assert.ok(missing.length <= 0.02 * draws && wrong <= 0.01 * draws, missing.join("\n"));
});

test("a brace that is not closed ends where the indentation does, and what is being written stands in it", () => {
  const unclosed = '"run": [{ "fork": "child" }] }';
  const after = unclosed.replace(/ }$/, "");
  assert.ok(scenario.includes(unclosed));
  const at = (text: string) => complete({ file: "mine.json", text: text.replace("|", "") }, text.indexOf("|"));
  const labelsAt = (text: string) => at(text).options.map(({ label }) => label);
  const without = scenario.replace(unclosed, after);
  assert.ok(labelsAt(without.replace('"properties": "all"', '"properties": |')).includes("all"));
  assert.ok(labelsAt(without.replace('"engine": {', '"engine": { |,')).includes("after"));
  assert.ok(labelsAt(scenario.replace(unclosed, `${after},\n      |`)).includes("after"));
  assert.ok(labelsAt(scenario.replace(unclosed, `${after},\n    |`)).includes("thread"));
});

test("a key after a line without a comma is still a key", () => {
  const { labels } = completing(`${placeOfProperties},`, `${placeOfProperties}\n  "|"`);
  assert.ok(labels.includes("search"), labels.join());
});

test("in a list of operations each is offered with its own sentence and its braces", () => {
  const { after, options } = completing('[{ "truncate": "buf" }]', "[|]");
  const sentences = options.map(({ detail }) => detail);
  assert.ok(options.length > 20, `${options.length}`);
  assert.equal(new Set(sentences).size, sentences.length);
  assert.deepEqual(JSON.parse(after("truncate")), JSON.parse(scenario));
  const { insert, select } = options.find(({ label }) => label === "truncate") ?? {};
  assert.equal(insert?.slice(...(select ?? [])), '"buf"');
});

test("no place in any text makes it fail", () => {
  const cut = fc.record({
    number: fc.nat(scenarios.length - 1),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    left: fc.nat(12),
    typed: fc.string({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(cut, ({ number, share, left, typed }) => {
      const { file, text: whole } = at(scenarios, number);
      const offset = Math.floor(share * whole.length);
      const text = whole.slice(0, offset) + typed + whole.slice(offset + left);
      const cursor = offset + typed.length;
      const { from, to, options } = complete({ file, text }, cursor);
      assert.ok(0 <= from && from <= cursor && cursor <= to && to <= text.length, `${from}..${cursor}..${to}`);
      assert.ok(options.every(({ insert }) => insert !== ""));
      hover({ file, text }, cursor);
    }),
    { numRuns: tries(80, 300) },
  );
});
