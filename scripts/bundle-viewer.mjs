// Bundles src/viewer into one page, with `{{data}}` in place of the traces. Writes it to the given file, or to standard
// output. `npm run build` puts the page into dist. Code that runs from the sources calls this when it needs the page.
import { writeFileSync } from "node:fs";
import { bundleForPage, digestOf, requireFitting } from "./library/page-script.mjs";

const [file] = process.argv.slice(2);
const page = await viewerPage();
if (file === undefined) process.stdout.write(page);
else writeFileSync(file, page);

async function viewerPage() {
  const script = await bundleForPage("src/viewer/main.ts", { format: "iife" });
  const style = await bundleForPage("src/viewer/viewer.css");
  requireFitting(script, style);
  if (script.includes("{{data}}")) throw new Error("the script contains the place of the data");
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
