import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commandLine } from "../fixtures/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** A scenario file with one thread. It has no mistake unless `change` makes one. */
function spec(name: string, changes: object): string {
  const path = join(folder, `${name}.json`);
  const scenario = {
    name,
    kernels: { v8: "holds" },
    system: { pages: 2, processes: { parent: { vmas: { buf: { pages: 1 } } } } },
    actors: { writer: { process: "parent", run: [{ load: "buf[0]" }] } },
    properties: "all",
    ...changes,
  };
  writeFileSync(path, JSON.stringify(scenario, null, 2));
  return path;
}

test("an operation that cannot end before the exploration is reported at its place, with exit code 2", async () => {
  const initially = [
    { actor: "writer", store: "buf[0]" },
    { actor: "writer", uffd_wp: "buf" },
    { actor: "writer", store: "buf[0]" },
  ];
  const { code, stdout, stderr } = await commandLine(spec("impossible", { initially }), "--out", folder);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(
    stderr,
    /impossible\.json:\d+:\d+: error: on v8, this cannot happen .*it waits for ever at handle_userfault/,
  );
});

test("a property can ask about devices in a system that has none, but not about a certain one", async () => {
  const asks = (expr: string) => spec("no-devices", { properties: ["all", { name: "asks", expr }] });
  const all = 'device_ptes.all(d, d.device == "none")';
  assert.deepEqual(await commandLine(asks(all), "--quiet", "--out", folder), {
    code: 0,
    stdout: "no-devices on v8: holds, as expected\n",
    stderr: "",
  });
  const { code, stdout, stderr } = await commandLine(asks(`${all} && device_ptes[3].valid == false`));
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /no-devices\.json:\d+:\d+: error: there is no position 3; the list has 0 elements/);
});

test("a size of memory that no search can use, and a folder that cannot be made, are refused before the search", async () => {
  const path = spec("fine", {});
  const memory = await commandLine(path, "--memory", "1k");
  assert.deepEqual([memory.code, memory.stdout], [2, ""]);
  assert.match(memory.stderr, /--memory .*Expected at least 16MiB/);
  const out = await commandLine(path, "--out", join(path, "below-a-file"));
  assert.deepEqual([out.code, out.stdout], [2, ""]);
  assert.match(out.stderr, /--out .* cannot be written/);
});

test("for the bare name of a shipped scenario the error suggests its path", async () => {
  const { code, stderr } = await commandLine("fault-race");
  assert.equal(code, 2);
  assert.match(stderr, /did you mean specs\/fault-race\.json\?/);
});
