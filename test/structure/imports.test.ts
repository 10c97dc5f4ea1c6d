import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "node:test";

/**
 * The folders of src from bottom to top, as CONTRIBUTING.md lists them. The viewer is a program of its own, which only
 * the playground shows within its page.
 */
const rooms = [...readFileSync("CONTRIBUTING.md", "utf8").matchAll(/^\| `src\/(\w+)\/`/gm)]
  .map(([, name = ""]) => name)
  .flatMap((name) => (name === "playground" ? ["viewer", name] : [name]));

interface Import {
  readonly from: string;
  readonly to: string;
}

const imports: readonly Import[] = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"))
  .flatMap((from) =>
    [...readFileSync(join("src", from), "utf8").matchAll(/(?:\bfrom|\bimport) ?\(?"(\.[^"]+\.ts)"/g)].map((found) => ({
      from,
      to: join(dirname(from), found[1] ?? ""),
    })),
  );

test("a file of src imports only from its own folder of src and from folders below that", () => {
  const level = (file: string) => rooms.indexOf(file.split("/", 1)[0] ?? "");
  const unknown = imports.filter(({ from, to }) => level(from) < 0 || level(to) < 0);
  const upward = imports.filter(({ from, to }) => level(to) > level(from));

  assert.deepEqual([unknown, upward], [[], []]);
});

test("no folder of src imports, directly or by others, from a folder that imports from it", () => {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (dirname(from) === dirname(to)) continue;
    targets.set(dirname(from), (targets.get(dirname(from)) ?? new Set()).add(dirname(to)));
  }
  // A folder that imports from no remaining folder cannot be part of a circle.
  for (let before = -1; before !== targets.size; ) {
    before = targets.size;
    for (const [folder, used] of targets) {
      for (const other of used) if (!targets.has(other)) used.delete(other);
      if (used.size === 0) targets.delete(folder);
    }
  }
  const left = imports.filter(({ from, to }) => targets.get(dirname(from))?.has(dirname(to)));

  assert.deepEqual(left, []);
});

test("CONTRIBUTING.md names every folder of src, and the imports of src are found", () => {
  assert.deepEqual(rooms.toSorted(), readdirSync("src").toSorted());
  assert.ok(imports.length > 500, `${imports.length} imports`);
});
