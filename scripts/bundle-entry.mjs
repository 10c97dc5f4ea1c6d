// Puts all that every call of the built program loads, commander with it, into dist/cli/main.js: Node takes a millisecond
// or two for each file, and help should come at once. What is loaded when it is needed remains in files of its own.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entry = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

await build({
  entryPoints: [entry],
  outfile: entry,
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  // Commander is CommonJS.
  banner: {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
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
