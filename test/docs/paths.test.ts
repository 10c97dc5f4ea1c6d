/** Everything that the documentation names exists: files, links to other pages, npm scripts. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

const scripts = Object.keys((JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object }).scripts);

/** A path in the repository. One with a name in capitals (`specs/NAME.json`) or a star stands for any. */
const path = /(?<![\w/.-])((?:\.ci|bench|bin|docs|schema|scripts|specs|src|test|types)\/[\w./-]*\w)(?![\w./-]*\*)/g;
const link = /\]\(([^()#:]+)(?:#[^()]*)?\)/g;
const script = /\bnpm (?:run ([\w:-]+)|(test)\b)/g;

function missingIn(page: string): readonly string[] {
  const text = readFileSync(page, "utf8");
  const paths = [...text.matchAll(path)].map(([, file = ""]) => file).filter((file) => !/[A-Z]{3}/.test(file));
  const links = [...text.matchAll(link)].map(([, file = ""]) => join(dirname(page), file));
  const named = [...text.matchAll(script)].map(([, name, test]) => name ?? test ?? "");
  return [
    ...[...paths, ...links].filter((file) => !existsSync(file)),
    ...named.filter((name) => !scripts.includes(name)).map((name) => `npm run ${name}`),
  ];
}

test("there are pages with paths, links and scripts", () => {
  const all = pages.map((page) => readFileSync(page, "utf8")).join("\n");
  for (const pattern of [path, link, script]) assert.ok([...all.matchAll(pattern)].length > 20, pattern.source);
});

for (const page of pages)
  test(`every file and npm script that ${page} names exists`, () => {
    assert.deepEqual(missingIn(page), []);
  });
