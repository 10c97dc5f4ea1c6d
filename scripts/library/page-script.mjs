// Scripts and styles as text for a page that loads nothing, and their digests for its policy.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minifySync } from "oxc-minify";
import { leftOutOfPages } from "./left-out-of-pages.mjs";

const root = new URL("../../", import.meta.url);

/**
 * One text with all that the file needs, as small as it gets.
 *
 * @param {string} path of the repository
 * @param {import("esbuild").BuildOptions} [options]
 */
export async function bundleForPage(path, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(path, root))],
    bundle: true,
    minify: true,
    write: false,
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
    // Its paths are for types alone.
    tsconfigRaw: {},
    plugins: [leftOutOfPages],
    ...options,
  });
  const text = outputFiles?.[0]?.text ?? "";
  if (text === "") throw new Error(`the bundle of ${path} is empty`);
  return options.format === undefined ? text : minified(path, text);
}

/**
 * The bundler's own minifier leaves about three hundredths more, also after compression.
 *
 * @param {string} path
 * @param {string} script what it declares is not seen outside
 */
function minified(path, script) {
  const { code, errors } = minifySync(path, script, { compress: { target: "es2022" }, mangle: { toplevel: false } });
  if (errors.length > 0) throw new Error(`the bundle of ${path}: ${errors.map(({ message }) => message).join("; ")}`);
  return code;
}

/**
 * Throws if a text cannot stand in an element of its own, because it would end it.
 *
 * @param {...string} texts
 */
export function requireFitting(...texts) {
  for (const text of texts)
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error("a bundle does not fit into the page");
}

/** @param {string} text */
export function digestOf(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
