import assert from "node:assert/strict";
import { test } from "node:test";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import type { Broken } from "../../src/why/first-break.ts";
import type { Line } from "../../src/why/line.ts";
import type { Answer } from "../../src/why/why.ts";
import { whyText } from "../../src/why/why-text.ts";

const lock: Line = { procedure: "work", label: "trylock_page", effect: "taking page_lock" };
const call: Line = { procedure: "work", label: undefined, effect: "calling the notifier" };

function needed(line: Line, kernel: KernelVersion, broken: readonly Broken[]): Answer {
  return { line, kernel, needed: { file: "specs/race.json", edits: [], broken }, tried: 2, unfinished: 0 };
}

function notNeeded(line: Line, kernel: KernelVersion, tried: number, unfinished = 0): Answer {
  return { line, kernel, needed: undefined, tried, unfinished };
}

const command = ({ file }: { readonly file: string }, kernel: string) => `check ${file} ${kernel}`;

test("each line is shown once, with what breaks without it, and kernels with the same answer share it", () => {
  const broken = [{ name: "no-lost-reference", steps: 9 }];
  const answers = [
    needed(lock, "v5.14", broken),
    needed(lock, "v6.4", broken),
    needed(lock, "v6.15", [
      { name: "no-lost-reference", steps: 11 },
      { name: "rss-matches", steps: 11 },
    ]),
    notNeeded(call, "v6.4", 3),
  ];
  assert.deepEqual(whyText(answers, command), [
    "work:",
    "  trylock_page: taking page_lock",
    "    v5.14, v6.4: no-lost-reference after 9 steps in race",
    "    v6.15: no-lost-reference, rss-matches after 11 steps in race",
    "    $ check specs/race.json v5.14",
    "  calling the notifier",
    "    v6.4: nothing here needs it (3 scenarios tried)",
    "",
    "2 lines: 1 needed here, 1 not",
  ]);
});

test("the last line tells lines that every kernel needs from lines that some need, and from untested ones", () => {
  const broken = [{ name: "no-lost-reference", steps: 9 }];
  const put: Line = { ...lock, label: "folio_put", effect: "dropping a reference" };
  const flush: Line = { ...lock, label: "flush", effect: "flushing the CPUs' TLBs" };
  const answers = [
    needed(lock, "v5.14", broken),
    notNeeded(lock, "v6.4", 3),
    needed(put, "v5.14", broken),
    notNeeded(put, "v6.4", 0),
    notNeeded(call, "v6.4", 3),
    notNeeded(flush, "v6.4", 0),
  ];
  assert.equal(
    whyText(answers, command).at(-1),
    "4 lines: 1 needed here, 1 on some kernels only, 1 not, 1 that no search here answers for",
  );
});

test("a line that no scenario comes to is not called needless, and a state that is never met has no steps", () => {
  const never = [{ name: "never: the request succeeds", steps: undefined }];
  const lines = whyText([notNeeded(lock, "v8", 0), needed(call, "v8", never)], command);
  assert.ok(lines.includes("    v8: no scenario here comes to it"));
  assert.ok(lines.includes('    v8: no longer reaches "the request succeeds" in race'));
});

test("a line is not called needless if no search without it came to its end", () => {
  const lines = whyText([notNeeded(lock, "v8", 2, 2), notNeeded(call, "v8", 3, 1)], command);
  assert.ok(lines.includes("    v8: not known: no search without it came to its end (--max-states)"), lines.join("\n"));
  assert.ok(lines.includes("    v8: nothing here needs it (3 scenarios tried, 1 of them not to the end)"));
  assert.equal(lines.at(-1), "2 lines: 0 needed here, 1 not, 1 that no search here answers for");
});

test("the known reason why nothing needs a line stands beside it", () => {
  const known: Line = { procedure: "get_user_pages_remote", label: "follow_pmd_mask", effect: "taking ptl" };
  assert.match(
    whyText([notNeeded(known, "v8", 4)], command).join(" "),
    /\(4 scenarios tried\);\s+the model behaves the same\s+without it: the value read/,
  );
});

test("without an answer, as after a signal, no line is called needed", () => {
  assert.deepEqual(whyText([], command), ["0 lines: 0 needed here, 0 not"]);
});
