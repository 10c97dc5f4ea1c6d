// What bundles for pages do without, although their sources import it.
import { readFileSync } from "node:fs";

/** @type {import("esbuild").Plugin} */
export const leftOutOfPages = {
  name: "left out of pages",
  setup({ onLoad }) {
    // A page only unpacks. The library's one class does both.
    onLoad({ filter: /[\\/]lzma1[\\/]lib[\\/]encoder\.js$/ }, () => ({ contents: "export class Encoder {}" }));
    onLoad({ filter: /[\\/]cel-js[\\/]lib[\\/]functions\.js$/ }, ({ path }) => ({
      contents: withoutHandlers(readFileSync(path, "utf8"), path),
    }));
    onLoad({ filter: /[\\/]cel-js[\\/]lib[\\/]operators\.js$/ }, ({ path }) => ({
      contents: withoutEvaluation(readFileSync(path, "utf8"), path),
    }));
    onLoad({ filter: /[\\/]cel-js[\\/]lib[\\/]overloads\.js$/ }, ({ path }) => ({
      contents: withoutOperators(readFileSync(path, "utf8"), path),
    }));
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

/**
 * A page checks the types of properties, and compiles them itself: the library never evaluates one. So its functions
 * need their signatures alone.
 *
 * @param {string} text
 * @param {string} path
 */
function withoutHandlers(text, path) {
  const overload = /^ {2}functionOverload\((`[^`]*`|'[^']*'), [\s\S]*?\)\n(?=\n? {2}[^ })]|\n?\})/gm;
  const rest = text
    .replace(overload, "  functionOverload($1, identity)\n")
    .replace(/^export class Duration \{$[\s\S]*?^\}$/m, "export class Duration {}")
    .replace(/^ {2}const (?:text|ByteOpts|parse)[\s\S]*?\n(?= {2}functionOverload)/gm, "")
    .replace(/^ {2}function [\s\S]*?\n(?= {2}functionOverload)/gm, "");
  const left = rest.split("\n").filter((line) => /^ {2}functionOverload/.test(line) && !line.endsWith(", identity)"));
  if (left.length > 0) throw new Error(`${path} has functions in another form: ${left[0]}`);
  return rest;
}

/**
 * The same for operators, whose functions of one line stay.
 *
 * @param {string} text
 * @param {string} path
 */
function withoutOperators(text, path) {
  const rest = text
    .replace(/^( {2}binaryOverload\([^(]*, )\([^)]*\) => \{$[\s\S]*?^ {2}\}\)$/gm, "$1() => {})")
    .replace(/^( {2}function \w+)\([^)]*\) \{$[\s\S]*?^ {2}\}$/gm, "$1() {}");
  if (/^ {2}binaryOverload.*=> \{$/m.test(rest) || rest === text)
    throw new Error(`${path} has operators in another form`);
  return rest;
}

/**
 * The same for the nodes of the syntax tree, which check types and evaluate.
 *
 * @param {string} text
 * @param {string} path
 */
function withoutEvaluation(text, path) {
  const rest = text.replace(/^( {4}evaluate(?:Sync)?)\([^)]*\) \{$[\s\S]*?^ {4}\}/gm, "$1() {}");
  if (rest === text) throw new Error(`${path} has nodes in another form`);
  return rest;
}
