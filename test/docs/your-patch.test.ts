/** The questions of docs/your-patch.md get the answers that the page shows. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { primitiveNames } from "../../src/model/primitives.ts";
import { exclusiveCheck } from "../fixtures/executable.ts";

const out = mkdtempSync(join(tmpdir(), "exclusive-check-docs-"));
after(() => rmSync(out, { recursive: true }));

const page = readFileSync("docs/your-patch.md", "utf8");

function commandsIn(text: string): readonly { readonly command: string; readonly output: string }[] {
  return [...text.matchAll(/^```console\n\$ npx exclusive-check (.+)\n([\s\S]*?)^```$/gm)].map(
    ([, command = "", output = ""]) => ({ command, output }),
  );
}

/** Paths of another length break lines elsewhere. */
function inOneLine(text: string): string {
  return text.replaceAll(out, "out").replace(/\s+/g, " ");
}

for (const [file, commands] of [
  ["docs/your-patch.md", 3],
  ["docs/review.md", 6],
] as const)
  test(`each command of ${file} prints what the page shows`, async () => {
    const asked = commandsIn(readFileSync(file, "utf8"));
    assert.equal(asked.length, commands);
    for (const { command, output } of asked) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
      const { stdout, stderr } = await exclusiveCheck(...words, "--out", out);
      assert.deepEqual([inOneLine(stdout), stderr], [inOneLine(output), ""], command);
    }
  });

test("docs/your-patch.md names every primitive that an edit can insert", () => {
  for (const name of primitiveNames) assert.ok(page.includes(`\`${name}\``), name);
});
