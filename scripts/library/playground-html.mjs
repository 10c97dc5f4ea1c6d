// The playground's page around its script, its style and its data. Tests put other data and another engine into it.
import { digestOf, requireFitting } from "./page-script.mjs";

/**
 * @typedef {object} Parts
 * @property {string} script
 * @property {string} [style]
 * @property {{ readonly script: string, readonly style: string }} [unpacked] what the script takes out of the data
 * @property {string} data elements of HTML
 */

/** @param {Parts} parts */
export function playgroundHtml({ script, style = "", unpacked = { script, style }, data }) {
  requireFitting(script, style);
  // Only these texts may run or style anything, and only the policies of lit-html, of the editor ("default"), of
  // unpack-page.ts ("page") and of start-worker.ts ("engine") may make markup or scripts from strings. The worker inherits
  // all this. Nothing is fetched.
  const scripts = [...new Set([script, unpacked.script])];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map((text) => `'${digestOf(text)}'`).join(" ")} 'wasm-unsafe-eval'`,
    `style-src '${digestOf(unpacked.style)}'`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "trusted-types lit-html default page engine",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="exclusive-check">
<title>exclusive-check</title>
${style === "" ? "" : `<style>${style}</style>\n`}</head>
<body>
<div id="playground"><noscript>This page runs a model checker with JavaScript. It loads nothing and sends nothing.</noscript></div>
${data}
<script>${script}</script>
</body>
</html>
`;
}
