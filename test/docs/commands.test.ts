/** Every command that a page shows with its output prints that output. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { npxCommandLine } from "../fixtures/command-line.ts";
import type { Ended } from "../fixtures/executable.ts";

const pages = ["README.md", "docs/faq.md", "docs/review.md", "docs/your-patch.md", "docs/cluster.md"];
const out = mkdtempSync(join(tmpdir(), "exclusive-check-docs-"));
after(() => rmSync(out, { recursive: true }));

interface Shown {
  readonly command: string;
  readonly output: string;
}

function commandsIn(page: string): readonly Shown[] {
  const text = readFileSync(page, "utf8");
  const blocks = [...text.matchAll(/^```console\n(\$ npx exclusive-check .+\n[\s\S]*?)^```$/gm)];
  assert.equal(blocks.length, [...text.matchAll(/^```console$/gm)].length, "a command begins with npx");
  return blocks.flatMap(([, block = ""]) =>
    [...`\n${block}`.matchAll(/\n\$ npx exclusive-check (.+)((?:\n(?!\$ ).*)*)/g)].map(
      ([, command = "", output = ""]) => ({ command, output }),
    ),
  );
}

/** Paths of another length break lines elsewhere. */
function inOneLine(text: string): string {
  return text.replaceAll(out, "out").replace(/\s+/g, " ").trim();
}

/** An output with three dots for what differs from run to run. */
function asPattern(output: string): RegExp {
  const parts = inOneLine(output).split("...");
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
}

/** A page may show what another one shows. */
const answers = new Map<string, Promise<Ended>>();

/** `review` and `why` search on threads. One is enough for these questions. */
function answerTo(words: readonly string[]): Promise<Ended> {
  const known = answers.get(words.join("\n"));
  if (known !== undefined) return known;
  const traces = words[0] === "merge" ? [] : ["--out", out];
  const workers = ["review", "why"].includes(words[0] ?? "") ? ["--workers", "1"] : [];
  const answer = npxCommandLine(...words, ...traces, ...workers);
  answers.set(words.join("\n"), answer);
  return answer;
}

for (const page of pages)
  test(`each command of ${page} prints what the page shows`, async () => {
    const shown = commandsIn(page);
    assert.ok(shown.length > 0);
    for (const { command, output } of shown) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
      const placed = words.map((word) => word.replace(/^(\w+:)?out\//, `$1${out}/`));
      const { stdout, stderr } = await answerTo(placed);
      assert.match(inOneLine(`${stderr}\n${stdout}`), asPattern(output), command);
    }
  });
