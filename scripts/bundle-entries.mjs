// Bundles the modules that every call of the built program loads, commander included, into dist/cli/main.js, and those
// that a thread of the search loads into dist/checker/node/worker.js. Node takes a millisecond or two for each file, and
// help and threads should start at once. Modules that are loaded only when needed stay in files of their own.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

await build({
  entryPoints: [`${dist}/cli/main.js`, `${dist}/checker/node/worker.js`],
  outdir: dist,
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  // Commander is CommonJS.
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module";\nvar require = requireFrom(import.meta.url);',
  },
  plugins: [
    {
      name: "leave what is imported when needed where it is",
      setup({ onResolve }) {
        onResolve({ filter: /^\.\.?\// }, ({ kind, path }) =>
          kind === "dynamic-import" ? { path, external: true } : undefined,
        );
      },
    },
  ],
});
