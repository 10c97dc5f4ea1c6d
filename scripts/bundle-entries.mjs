// Puts all that every call of the built program loads, commander with it, into dist/cli/main.js, and all that a thread of
// the search loads into dist/checker/levels/worker.js: Node takes a millisecond or two for each file, help should come at once,
// and so should the threads. What is loaded when it is needed remains in files of its own.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

await build({
  entryPoints: [`${dist}/cli/main.js`, `${dist}/checker/levels/worker.js`],
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
