import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path/posix";
import { test } from "node:test";
import { build, type Metafile, transformSync } from "esbuild";

/** Names that are there in Node only. A file that can do without one asks `globalThis` for it. */
const globalsOfNode = ["process", "Buffer", "require", "setImmediate", "global", "__dirname", "__filename"];

/** For each use of Node: the imports that lead to it, from one of the files. */
async function usesOfNode(files: readonly string[]): Promise<readonly string[]> {
  const { metafile } = await build({
    // One file that imports all, because each entry would become a bundle of its own.
    stdin: { contents: files.map((file) => `import "./${file}";\n`).join(""), resolveDir: "." },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    outdir: "out",
    logLevel: "silent",
    // What the build makes has no imports of ours.
    external: [...builtinModules, "node:*", "./dist/*"],
  });
  const ways = waysTo(metafile, files);
  return [...ways].flatMap(([file, way]) => {
    const modules = (metafile.inputs[file]?.imports ?? []).filter(isOfNode).map(({ path }) => path);
    return [...modules, ...(file.startsWith("src/") ? globalsIn(file) : [])].map((name) => [...way, name].join(" -> "));
  });
}

function isOfNode({ path, external }: Metafile["inputs"][string]["imports"][number]): boolean {
  return external === true && (path.startsWith("node:") || builtinModules.includes(path));
}

/** The shortest way to each file that is reached. */
function waysTo({ inputs }: Metafile, files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>(files.map((file) => [file, [file]]));
  for (const [file, way] of ways)
    for (const { path, external } of inputs[file]?.imports ?? [])
      if (external !== true && !ways.has(path)) ways.set(path, [...way, path]);
  return ways;
}

/** The global names of Node in a file. A variable of the file with such a name does not count. */
function globalsIn(file: string): readonly string[] {
  if (!file.endsWith(".ts")) return [];
  const marks = Object.fromEntries(globalsOfNode.map((name) => [name, `node_global_${name}`]));
  const { code } = transformSync(readFileSync(file, "utf8"), { loader: "ts", define: marks });
  return globalsOfNode.filter((name) => code.includes(`node_global_${name}`));
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file.replaceAll("\\", "/")));
}

test("what a browser loads uses nothing of Node, directly or by others", async () => {
  const files = ["src/playground", "src/viewer"].flatMap(sourcesIn);
  assert.deepEqual(await usesOfNode(files), []);
});

test("a use of Node is found through imports of every kind, with the way to it", async () => {
  assert.deepEqual(await usesOfNode(["src/spec/load-spec.ts"]), [
    "src/spec/load-spec.ts -> src/files/input-file.ts -> node:fs",
    "src/spec/load-spec.ts -> src/files/input-file.ts -> Buffer",
  ]);
  const ways = await usesOfNode(["src/checker/search.ts"]);
  assert.ok(ways.some((way) => / -> src\/checker\/node\/worker-pool\.ts -> .* -> node:worker_threads$/.test(way)));
});
