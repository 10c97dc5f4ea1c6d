// Loads a `.ts` file as JavaScript: only its types must go, because our imports name their files. What esbuild makes of
// a source is kept, under the digest of source and options, since each of some hundred processes loads several hundred sources.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const kept = fileURLToPath(new URL("../node_modules/.cache/sources/", import.meta.url));

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  // Some packages leave out that a file is JSON, as bundlers allow.
  if (url.endsWith(".json")) return { format: "json", shortCircuit: true, source: readFileSync(fileURLToPath(url)) };
  if (!url.endsWith(".ts")) return next(url, context);
  return { format: "module", shortCircuit: true, source: await javascriptOf(fileURLToPath(url)) };
}

/** @type {import("esbuild").TransformOptions} */
const options = { loader: "ts", target: "node20.19", sourcemap: "inline", sourcesContent: false };

/** @param {string} path */
async function javascriptOf(path) {
  const text = readFileSync(path, "utf8");
  // The path is in the source map.
  const digest = createHash("sha1")
    .update(`${JSON.stringify(options)}\0${path}\0${text}`)
    .digest("hex");
  try {
    return readFileSync(kept + digest, "utf8");
  } catch {
    const { transform } = await import("esbuild");
    const { code } = await transform(text, { ...options, sourcefile: path });
    mkdirSync(kept, { recursive: true });
    // Another process or thread may write the same.
    const unfinished = `${kept}${digest}.${randomUUID()}`;
    writeFileSync(unfinished, code);
    renameSync(unfinished, kept + digest);
    return code;
  }
}
