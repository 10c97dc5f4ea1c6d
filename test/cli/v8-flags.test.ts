import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { savesMemory } from "../../bin/v8-flags.js";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);

test("only a command that names another store than the usual one saves memory", () => {
  assert.deepEqual([[], ["--store", "exact"], ["--store=exact"], ["tree"], ["--spill-dir", "tree"]].map(savesMemory), [
    false,
    false,
    false,
    false,
    false,
  ]);
  assert.deepEqual(
    [["spec.json", "--store", "tree"], ["--store=tree", "spec.json"], ["--store=bitstate"]].map(savesMemory),
    [true, true, true],
  );
});

/** In a process with the flags of a command, the MiB that V8 has for new objects after many of them. */
async function roomForNewObjects(...args: readonly string[]): Promise<number> {
  const script = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { setFlags } from "./bin/v8-flags.js";
    setFlags(${JSON.stringify(args)});
    const kept = Array.from({ length: 1_000_000 }, (_, number) => [number]);
    const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    console.log(kept.length > 0 ? space_size / 2 ** 20 : 0);`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: root });
  assert.equal(stderr, "", "V8 knows its flags");
  return Number(stdout);
}

test("with a store that saves memory, V8's room for new objects does not grow", async () => {
  const [usual, small] = [await roomForNewObjects(), await roomForNewObjects("--store", "tree")];
  assert.ok(small <= 2, `${small} MiB`);
  assert.ok(usual >= 4 * small, `${usual} MiB and ${small} MiB`);
});
