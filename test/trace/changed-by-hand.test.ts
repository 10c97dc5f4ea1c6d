/** Replay finds every change by hand in a trace file. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isNightly } from "../fixtures/nightly.ts";
import { runCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly string[];

/** Fields that the documentation calls free text. */
const free = ["tool", "spec.file"];

const traces = new Map<string, string>();

before(async () => {
  const spec = join(folder, "spec.json");
  const properties = [
    "no-deadlock",
    { name: "counts", expr: "counter < 2" },
    { name: "stores", on: "stored", expr: "event.value < 2" },
  ];
  const other = { ...JSON.parse(readFileSync("test/fixtures/specs/stand-in/two-locks.json", "utf8")), properties };
  writeFileSync(spec, JSON.stringify(other));
  await runCli([spec, "--kernel", "v8", "--all-violations", "--out", folder]);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".trace.json")))
    traces.set(file, readFileSync(join(folder, file), "utf8"));
});

function leaves(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inside]) => leaves(inside, [...path, key]));
}

/**
 * Of the leaves that differ only in the numbers of list elements the first and the last, in the first trace that has such
 * leaves; every night all.
 */
function sampleOf(paths: readonly Path[], seen: Set<string>): readonly Path[] {
  if (isNightly) return paths;
  const kindOf = (path: Path) => path.map((key) => (/^\d+$/.test(key) ? "*" : key)).join(".");
  const fresh = paths.filter((path) => !seen.has(kindOf(path)));
  for (const path of fresh) seen.add(kindOf(path));
  const lastOfKinds = (list: readonly Path[]) => new Map(list.map((path) => [kindOf(path), path])).values();
  return [...new Set([...lastOfKinds(fresh.toReversed()), ...lastOfKinds(fresh)])];
}

function containerOf(root: Json, path: Path): { [key: string]: Json } {
  return path.slice(0, -1).reduce<Json>((inside, key) => (inside as { [key: string]: Json })[key] ?? null, root) as {
    [key: string]: Json;
  };
}

/** Another value that could replace the given one. */
function otherThan(value: Json): Json {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  return typeof value === "string" ? `${value} ` : "0";
}

async function codeOf(trace: Json): Promise<number | null> {
  const file = join(folder, "changed.json");
  writeFileSync(file, JSON.stringify(trace));
  return (await runCli(["replay", file, "--quiet"])).code;
}

test("there are traces of violations of several kinds", () => {
  const kinds = [...traces.values()].map((text) => JSON.parse(text).violation.kind);
  assert.ok(new Set(kinds).size >= 3, kinds.join());
});

test("a trace with a value of any kind changed or left out is not reproduced, or is an error", async () => {
  let tried = 0;
  const seen = new Set<string>();
  for (const [name, text] of traces) {
    assert.equal(await codeOf(JSON.parse(text)), 0, name);
    for (const path of sampleOf(leaves(JSON.parse(text) as Json), seen)) {
      const place = path.join(".");
      const value = containerOf(JSON.parse(text) as Json, path)[path.at(-1) ?? ""] ?? null;
      const changed = JSON.parse(text) as Json;
      containerOf(changed, path)[path.at(-1) ?? ""] = otherThan(value);
      const found = await codeOf(changed);
      assert.ok(free.includes(place) ? found === 0 : found === 1 || found === 2, `${name}: ${place}: ${found}`);
      tried++;
      const without = JSON.parse(text) as Json;
      const container = containerOf(without, path);
      if (Array.isArray(container)) container.splice(Number(path.at(-1)), 1);
      else delete container[path.at(-1) ?? ""];
      const code = await codeOf(without);
      assert.ok(code === 1 || code === 2, `${name} without ${place}: ${code}`);
    }
  }
  assert.ok(tried > (isNightly ? 500 : 60), `${tried} values were changed`);
});

test("a trace of another kernel or with another feature is not reproduced even if the steps are the same", async () => {
  const [text = ""] = traces.values();
  for (const change of [
    { kernel: "v5.14" },
    { features: { with: ["zap-flushes-tlb"], without: [] } },
    { features: { with: [], without: ["zap-flushes-tlb"] } },
  ])
    assert.equal(await codeOf({ ...JSON.parse(text), ...change }), 1);
});
