// Bundles test files with all that they import, for one run of the tests. To load some hundred sources one by one takes
// each process more than a second, and each thread of a search a quarter of one.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What every process of tests begins with. */
const first = "test/fixtures/random-tests.ts";

/** Files that threads begin with. */
const threads = [
  "src/checker/node/worker.ts",
  "src/review/review-run.ts",
  "src/why/judge-run.ts",
  "test/playground/thread-of-browser.ts",
  "test/scenarios/compared-run.ts",
];

/** Checks files by code that the build makes of their schemas. To compile those takes a process or a thread half a second. */
const validators = "src/spec/validators.ts";

/**
 * Files that find others in the bundle, by its extension. Most of them say with which file a thread begins, which is beside
 * them.
 */
const finders = [
  validators,
  "src/checker/node/thread-options.ts",
  "src/checker/node/worker-pool.ts",
  "src/cli/commands/why-command.ts",
  "src/review/review.ts",
  "test/playground/environment.test.ts",
  "test/scenarios/agree-with-reference.test.ts",
];

/**
 * Writes a module for each group of files into the folder, which must be in the checkout, so that packages are found.
 * Returns their paths in the same order, which is also that of their names.
 *
 * @param {readonly (readonly string[])[]} groups
 * @param {string} folder
 */
export async function bundleTests(groups, folder) {
  const importing = groups.map((files, number) => {
    const module = join(folder, `process-${number + 100}.mjs`);
    writeFileSync(module, [first, ...files].map((file) => `import ${JSON.stringify(join(root, file))};\n`).join(""));
    return { in: module, out: `process-${number + 100}` };
  });
  const starting = threads.map((file) => ({ in: join(root, file), out: file.replace(/\.ts$/, "") }));
  const outdir = join(folder, "bundled");
  await build({
    entryPoints: [...importing, ...starting],
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "error",
    plugins: [packages, placesIn(outdir)],
  });
  writeFileSync(join(outdir, "package.json"), JSON.stringify({ type: "module" }));
  cpSync(join(root, "schema"), join(outdir, "schema"), { recursive: true });
  const beside = join(outdir, dirname(validators));
  mkdirSync(beside, { recursive: true });
  const writing = ["--import", "./scripts/typescript.mjs", "scripts/write-validators.mjs", beside];
  execFileSync(process.execPath, writing, { cwd: root });
  return importing.map(({ out }) => join(outdir, `${out}.js`));
}

/** @type {import("esbuild").Plugin} */
const packages = {
  name: "packages",
  setup({ onResolve }) {
    // The packages of @actions leave out that a file is JSON, as bundlers allow.
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || /^@actions\//.test(path) ? undefined : { path, external: true },
    );
  },
};

/**
 * A source finds other files by its own place, but what is in the bundle by that of the bundle.
 *
 * @param {string} outdir
 * @returns {import("esbuild").Plugin}
 */
function placesIn(outdir) {
  return {
    name: "places",
    setup({ onLoad }) {
      onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
        const own = relative(root, path).split(sep).join("/");
        if (own.startsWith("node_modules/")) return undefined;
        const place = finders.includes(own) ? join(outdir, own.replace(/\.ts$/, ".js")) : path;
        const url = JSON.stringify(pathToFileURL(place).href);
        // Not in a string.
        const contents = readFileSync(path, "utf8").replace(/(?<!")import\.meta\.url/g, url);
        return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
      });
    },
  };
}
