// Bundles src/viewer into one page, with `{{data}}` in place of the traces. Writes it to the given file, or to standard
// output. `npm run build` puts the page into dist. Code that runs from the sources calls this when it needs the page.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const folder = new URL("../src/viewer/", import.meta.url);
const [file] = process.argv.slice(2);
const page = viewerPage();
if (file === undefined) process.stdout.write(page);
else writeFileSync(file, page);

function viewerPage() {
  const script = bundle("main.ts", { format: "iife" });
  const style = bundle("viewer.css", {});
  // Only these two texts may run or style anything. Nothing is fetched, and only lit-html makes markup from strings.
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "trusted-types lit-html",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="exclusive-check">
<title>Counterexample</title>
<style>${style}</style>
</head>
<body>
<div id="viewer"><noscript>This page shows a counterexample with JavaScript; it loads nothing.</noscript></div>
<script id="data" type="application/json">{{data}}</script>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * @param {string} name
 * @param {import("esbuild").BuildOptions} options
 */
function bundle(name, options) {
  const entry = fileURLToPath(new URL(name, folder));
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
    ...options,
  });
  const text = outputFiles?.[0]?.text ?? "";
  if (text === "" || /<\/(script|style)|<!--|\{\{data\}\}/i.test(text))
    throw new Error(`the bundle of ${name} does not fit into a page`);
  return text;
}

/** @param {string} text */
function digestOf(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
