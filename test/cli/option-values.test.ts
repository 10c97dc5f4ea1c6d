import assert from "node:assert/strict";
import { test } from "node:test";
import { byteSize, duration, repeatable, workerCount } from "../../src/cli/options/option-values.ts";

test("sizes take binary units in any spelling", () => {
  const sizes = {
    "4GiB": 4 * 2 ** 30,
    "512MiB": 2 ** 29,
    "1.5g": 1.5 * 2 ** 30,
    "64000KB": 64_000 * 2 ** 10,
    "100000000": 100_000_000,
  };
  for (const [text, value] of Object.entries(sizes)) assert.equal(byteSize(text), value, text);
  for (const text of ["", "-1", "GiB", "4 apples", "0", "1e9", "99999999TiB", "1MiB"])
    assert.throws(() => byteSize(text), text);
});

test("times take units, and seconds without one", () => {
  const times = { "10m": 600_000, "90s": 90_000, "1.5h": 5_400_000, "500ms": 500, "30": 30_000, "2min": 120_000 };
  for (const [text, value] of Object.entries(times)) assert.equal(duration(text), value, text);
  for (const text of ["", "soon", "-5s", "0", "1000h", "10d"]) assert.throws(() => duration(text), text);
});

test("a number of workers is a whole number in a sensible range", () => {
  assert.equal(workerCount("4"), 4);
  for (const text of ["0", "-1", "1.5", "257", "many", ""]) assert.throws(() => workerCount(text), text);
});

test("a repeated option collects its values, each once", () => {
  const collect = repeatable((text: string) => text.toUpperCase());
  assert.deepEqual(
    ["a", "b", "a"].reduce<readonly string[] | undefined>((all, text) => collect(text, all), undefined),
    ["A", "B"],
  );
});
