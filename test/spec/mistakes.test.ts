import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { diagnosticCodes } from "../../src/diagnostics/codes.ts";
import { driverNames } from "../../src/model/scenario/drivers.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import { goodSpec } from "./good-spec.ts";
import { userErrorOf } from "./user-error.ts";

/** One block of mistakes.txt. */
interface Mistake {
  readonly codes: readonly string[];
  readonly find: string;
  readonly put: string;
  /** The text that a user sees. */
  readonly rendered: string;
}

const drivers = driverNames
  .map((name) => JSON.stringify(name))
  .join(", ")
  .replace(/, ([^,]*)$/, " or $1");

/**
 * In each block, the text after `-` is replaced in the good spec by the text after `+`. The rest is the expected output,
 * in which DRIVERS stands for the names of all drivers.
 */
const mistakes = readFileSync(new URL("mistakes.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n\n")
  .map((block): Mistake => {
    const [codes = "", find = "", put = "", ...rendered] = block.split("\n");
    return {
      codes: codes.slice(2).split(" "),
      find: find.slice(2),
      put: put.slice(2),
      rendered: rendered.join("\n").replace("DRIVERS", drivers),
    };
  });

test("a mistake is reported at its place, with what was found and what was expected", async (t) => {
  for (const { codes, find, put, rendered } of mistakes) {
    await t.test(`${find} -> ${put}`, () => {
      assert.ok(goodSpec.includes(find));
      const error = userErrorOf(() =>
        parseSpec(
          goodSpec.replace(find, () => put),
          "broken.json",
        ),
      );
      assert.equal(error.message, rendered);
      assert.deepEqual(
        error.diagnostics.map(({ code }) => code),
        codes,
      );
    });
  }
});

test("every code of spec files has an example", () => {
  const shown = new Set(mistakes.flatMap(({ codes }) => codes));
  const missing = Object.keys(diagnosticCodes).filter((code) => code.startsWith("spec/") && !shown.has(code));
  // The other tests of this folder have these.
  assert.deepEqual(missing, [
    "spec/unreadable",
    "spec/not-utf8",
    "spec/too-deep",
    "spec/not-a-scenario",
    "spec/impossible-start",
    "spec/missing-feature",
    "spec/unknown-step",
    "spec/property-expression",
  ]);
});

test("all mistakes of a file are reported at once, in the order of the file", () => {
  const text = goodSpec.replace('"pages": 3', '"paegs": 3').replace('"nouveau"', '"novau"').replace("200", "0");
  const { diagnostics, exitCode } = userErrorOf(() => parseSpec(text, "x.json"));
  assert.deepEqual(
    diagnostics.map(({ line, code }) => `${line} ${code}`),
    ["14 spec/unknown-key", "23 spec/unknown-value", "46 spec/out-of-range"],
  );
  assert.equal(exitCode, 2);
});

test("a text that is nothing like a spec is rejected as not a spec", () => {
  const first = (text: string) => userErrorOf(() => parseSpec(text, "x.json")).message.split("\n")[0];
  assert.equal(first(""), "x.json:1:1: error: the file has no JSON in it; expected an object");
  assert.equal(first("// later\n"), "x.json:1:9: error: the file has no JSON in it; expected an object");
  assert.equal(first("[]"), "x.json:1:1: error: the file is a list; expected an object");
  assert.equal(first("null"), "x.json:1:1: error: the file is null; expected an object");
  assert.equal(first("[".repeat(100_000)), "x.json:1:65: error: nested more than 64 levels deep");
  assert.equal(first(`${"[".repeat(70)}${"]".repeat(70)}`), "x.json:1:65: error: nested more than 64 levels deep");
});

test("a trace and a report are named as what they are, in one error", () => {
  const codeAndMessage = (text: string) =>
    userErrorOf(() => parseSpec(text, "x.json")).diagnostics.map(({ code, message }) => `${code}: ${message}`);
  assert.deepEqual(codeAndMessage('{ "format": "exclusive-check-trace", "steps": [] }'), [
    "spec/not-a-scenario: this is a trace; expected a scenario",
  ]);
  for (const key of ["results", "differing"])
    assert.deepEqual(codeAndMessage(`{ "${key}": [] }`), [
      "spec/not-a-scenario: this is a report; expected a scenario",
    ]);
});

test("a scenario has from one to eight actors", () => {
  const crowd = (size: number) => {
    const actors = Array.from(
      { length: size },
      (_, i) => [`a${i}`, { process: "p", run: [{ load: "m[0]" }] }] as const,
    );
    const system = { pages: 1, processes: { p: { vmas: { m: { pages: 1 } } } } };
    return JSON.stringify(
      { name: "crowd", kernels: { v8: null }, system, actors: Object.fromEntries(actors) },
      null,
      2,
    );
  };
  const messages = (size: number) =>
    userErrorOf(() => parseSpec(crowd(size), "x.json")).diagnostics.map(({ line, message }) => `${line} ${message}`);
  assert.deepEqual(messages(0), ['18 "actors" has no entries; expected at least 1']);
  assert.deepEqual(messages(9), ['18 "actors" has 9 entries; expected at most 8']);
  assert.equal(parseSpec(crowd(8), "x.json").scenario.actors.length, 8);
});

test("a file that cannot be read is named, without a position", () => {
  assert.equal(
    userErrorOf(() => loadSpec("specs/no-such.json")).message,
    "specs/no-such.json: error: cannot be read: there is no such file",
  );
  assert.equal(
    userErrorOf(() => loadSpec("src")).message,
    "src: error: cannot be read: it is a directory; expected a regular file",
  );
});
