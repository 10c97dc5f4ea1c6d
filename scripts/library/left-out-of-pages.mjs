// What bundles for pages do without, although their sources import it.
import { readFileSync } from "node:fs";

/** @type {import("esbuild").Plugin} */
export const leftOutOfPages = {
  name: "left out of pages",
  setup({ onLoad }) {
    // A page only unpacks. The library's one class does both.
    onLoad({ filter: /[\\/]lzma1[\\/]lib[\\/]encoder\.js$/ }, () => ({ contents: "export class Encoder {}" }));
    onLoad({ filter: /[\\/]src[\\/]model[\\/]features[\\/][\w-]+\.ts$/ }, ({ path }) => ({
      contents: withoutSources(readFileSync(path, "utf8"), path),
      loader: "ts",
    }));
  },
};

/**
 * A feature's source is for `list features --json` and for docs/fidelity.md.
 *
 * @param {string} text of a file of features
 * @param {string} path
 */
function withoutSources(text, path) {
  const rest = text.replace(/^ {4}source:\s+(?:"(?:[^"\\]|\\.)*"|`[^`]*`),\n/gm, "");
  if (/^ {4}source:/m.test(rest)) throw new Error(`${path} has a source that is no plain text`);
  return rest;
}
