import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCli } from "../fixtures/run-cli.ts";
import { makeStrangeFiles, type StrangeFiles } from "../fixtures/strange-files.ts";

let strange: StrangeFiles;
before(async () => {
  strange = await makeStrangeFiles();
});
after(() => strange.remove());

const endless = "test/fixtures/specs/stand-in/endless.json";

const readers = {
  scenario: (file: string) => [file],
  "scenario to simulate": (file: string) => ["simulate", file],
  "scenario to export": (file: string) => ["export", "--to", "promela", file],
  "trace to replay": (file: string) => ["replay", file],
  "trace to convert": (file: string) => ["convert", "--to", "itf", file],
  checkpoint: (file: string) => [endless, "--resume", file, "--out", join(strange.folder, "out")],
};

for (const [what, args] of Object.entries(readers)) {
  test(`a ${what} that is a device, a FIFO or a socket ends with 2 at once`, { timeout: 20_000 }, async () => {
    for (const [file, type] of [
      ["/dev/zero", "device"],
      [strange.fifo, "FIFO"],
      [strange.socket, "socket"],
    ] as const) {
      const { code, stdout, stderr } = await runCli(args(file));
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, new RegExp(`^\\S+: error: cannot be read: it is a ${type}; expected a regular file\n$`));
    }
  });
}

test("a path that the system cannot follow ends with 2", async () => {
  const loop = join(strange.folder, "loop");
  symlinkSync(loop, loop);
  for (const [path, message] of [
    [loop, /there are too many symbolic links/],
    ["x".repeat(300), /the name is too long/],
  ] as const) {
    for (const args of [[path], [path, "--watch"], ["simulate", path], ["replay", path]]) {
      const { code, stderr } = await runCli(args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  }
});

test("a scenario of more than 16 MiB is refused before it is parsed", async () => {
  const file = join(strange.folder, "large.json");
  writeFileSync(file, " ".repeat(16 * 2 ** 20 + 1));
  const { code, stderr } = await runCli([file]);
  assert.equal(code, 2);
  assert.match(stderr, /large\.json: error: cannot be read: it is larger than 16 MiB\n/);
});
