import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { loadModel } from "../../src/cli/load-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const tour = readFileSync("docs/tour.md", "utf8");

for (const [spec, property] of [
  ["fault-race", "kernel-assertions"],
  ["fork-race", "no-use-after-free"],
] as const) {
  test(`the tour shows what is printed for ${spec}, as text and as a diagram`, { timeout: 60_000 }, async () => {
    let stdout = "";
    const diagram = join(folder, `${spec}.mmd`);
    const asked = ["--kernel", "v8", "--property", property, "--full", "--reporter", `mermaid:${diagram}`];
    const code = await runCommandLine([`specs/${spec}.json`, ...asked, "--out", folder], {
      stdout: {
        write(text: string) {
          stdout += text;
        },
      },
      stderr: { write() {} },
      env: {},
      loadModel,
    });
    assert.equal(code, 1);
    const [counterexample = ""] = stdout.replaceAll(folder, "out").split(/\n\n {2}[\d,]+ states, /);
    assert.match(counterexample, new RegExp(`^${spec} on v8: violated`));
    assert.ok(tour.includes(`\`\`\`text\n${counterexample}\n\`\`\``), counterexample);
    assert.ok(tour.includes(`\`\`\`mermaid\n${readFileSync(diagram, "utf8").trimEnd()}\n\`\`\``));
  });
}
