// Bundles the built program, because Node takes a millisecond or two for each file, and a check needs nearly five hundred
// modules. dist/cli/main.js has what every call needs, so that help appears at once. What it imports only when needed is
// in dist/cli/program.js, except commands that answer without a model: they need not wait for one. The threads of a
// search, of `review` and of `why` begin with files of their own. So does the search itself, for programs that load nothing
// else, such as the benchmarks. What these files share is in dist/chunks, so no module exists twice in a thread.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
/** @param {string} file */
const inDist = (file) => join(dist, file);

const main = inDist("cli/main.js");
const program = inDist("cli/program.js");
const search = inDist("checker/search.js");
const threads = ["checker/node/worker.js", "review/review-run.js", "why/judge-run.js"].map(inDist);
const withoutModel = [
  "cli/commands/help-command.js",
  "cli/commands/init-command.js",
  "cli/commands/list-command.js",
  "cli/help/completion-and-manual.js",
  "diagnostics/user-error.js",
].map(inDist);

/** @type {import("esbuild").BuildOptions} */
const common = {
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  sourcemap: true,
  // It starts threads with files of its own.
  external: ["piscina"],
  banner: {
    js: [
      // Commander is CommonJS.
      'import { createRequire as requireFrom } from "node:module";',
      "var require = requireFrom(import.meta.url);",
      'var distFolder = import.meta.url.slice(0, import.meta.url.lastIndexOf("/dist/") + "/dist/".length);',
    ].join("\n"),
  },
};

/**
 * A module finds other files by the place of its own file, which is not that of the bundle.
 *
 * @type {import("esbuild").Plugin}
 */
const ownPlaces = {
  name: "own places",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const own = relative(dist, path).split(sep).join("/");
      if (own.startsWith("..")) return undefined;
      const contents = readFileSync(path, "utf8");
      return { contents: contents.replaceAll("import.meta.url", `(distFolder + ${JSON.stringify(own)})`) };
    });
  },
};

/** @type {Set<string>} */
const inProgram = new Set();
/** @type {import("esbuild").Plugin} */
const importedLater = {
  name: "what is imported when needed",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = join(resolveDir, path);
      if (withoutModel.includes(file)) return { path, external: true };
      inProgram.add(file);
      return { path: "./program.js", external: true };
    });
  },
};

await build({ ...common, entryPoints: [main], plugins: [importedLater, ownPlaces] });
writeFileSync(program, [...inProgram].map((file) => `export * from ${JSON.stringify(file)};\n`).join(""));
await build({
  ...common,
  entryPoints: [program, search, ...withoutModel, ...threads],
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  plugins: [ownPlaces],
});
