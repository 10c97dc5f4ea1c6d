// Bundles src/playground into one page that loads nothing else, and writes it to the given file. The scripts and the files
// of the package that they read (scenarios, the viewer) are compressed together. The same sources give the same page, byte for byte.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { compress } from "lzma1";
import { packTexts } from "./library/pack-texts.mjs";
import { packedFacts } from "./library/packed-facts.mjs";
import { bundleForPage } from "./library/page-script.mjs";
import { playgroundHtml } from "./library/playground-html.mjs";

const root = new URL("../", import.meta.url);
const [file = "dist/playground/playground.html"] = process.argv.slice(2);

writeTerseSchema();
const page = await playgroundPage();
const bytes = Buffer.byteLength(page);
const gzipBytes = gzipSync(page, { level: 9 }).length;
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, page);
console.log(`${file}: ${inKilobytes(bytes)}, with gzip ${inKilobytes(gzipBytes)}; a browser opens it as it is`);

async function playgroundPage() {
  const unpacked = {
    script: await bundleForPage("src/playground/page/main.ts", { format: "iife", globalName: "playground" }),
    style: await bundleForPage("src/playground/page/page.css"),
  };
  const packed = packTexts({
    version: JSON.parse(textOf("package.json")).version,
    engine: await bundleForPage("src/playground/engine/main.ts", { format: "iife" }),
    page: unpacked.script,
    style: unpacked.style,
    ...Object.fromEntries(packedFiles().map((path) => [path, textOf(path)])),
    "facts-of-lines.json": JSON.stringify(packedFacts(JSON.parse(textOf("docs/mutants.json")), scenarioNames())),
  });
  return playgroundHtml({
    script: await bundleForPage("src/playground/page/unpack-page.ts", { format: "iife" }),
    unpacked,
    data: `<script id="packed" type="text/plain">${compressed(packed)}</script>`,
  });
}

/**
 * In base64.
 *
 * @param {string} text
 */
function compressed(text) {
  return Buffer.from(compress(Buffer.from(text, "utf8"), 9)).toString("base64");
}

/** The schema of traces without its descriptions, which the page does not show. package.json (`browser`) names the file. */
function writeTerseSchema() {
  const terse = JSON.stringify(JSON.parse(textOf("schema/trace.schema.json")), (key, value) =>
    key === "description" && typeof value === "string" ? undefined : value,
  );
  mkdirSync(new URL("dist/playground/", root), { recursive: true });
  writeFileSync(new URL("dist/playground/trace.schema.json", root), terse);
}

/** The paths of files of the package: the page of the viewer, which the build has made, and all scenarios. */
function packedFiles() {
  const scenarios = ["specs", "specs/large"].flatMap((folder) =>
    readdirSync(new URL(folder, root))
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  return ["dist/reporters/viewer.html", ...scenarios];
}

/** The same, in the same order, as `scenarioNames` in src/playground/engine/facts-of-lines.ts finds in the page's files. */
function scenarioNames() {
  return readdirSync(new URL("specs", root))
    .flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? [])
    .sort();
}

/** @param {string} path */
function textOf(path) {
  return readFileSync(new URL(path, root), "utf8");
}

/** @param {number} bytes */
function inKilobytes(bytes) {
  return `${Math.ceil(bytes / 1000)} kB`;
}
