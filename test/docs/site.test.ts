import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { after, test } from "node:test";
import { contents, markdownFiles } from "../../scripts/site/contents.ts";
import { anchorOf, renderMarkdown } from "../../scripts/site/render-markdown.ts";
import { writeSite } from "../../scripts/site/write-site.ts";

const site = mkdtempSync(join(tmpdir(), "exclusive-check-site-"));
after(() => rmSync(site, { recursive: true, force: true }));
writeSite(site, "/somewhere/");

const files = readdirSync(site, { recursive: true, encoding: "utf8" });
/** The pages of the site itself, by address. The playground is a page of its own kind. */
const pages = new Map(
  files
    .filter((file) => file.endsWith(".html") && !file.startsWith("playground"))
    .map((address) => [address, readFileSync(join(site, address), "utf8")]),
);

function* linksOf(html: string): Iterable<string> {
  for (const { 1: link = "" } of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) yield link.replaceAll("&amp;", "&");
}

test("each page of docs/ is in the contents once", () => {
  const all = ["docs", "docs/internals"].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  );
  assert.deepEqual(markdownFiles.filter((file) => file.startsWith("docs/")).toSorted(), all.toSorted());
  assert.equal(new Set(markdownFiles).size, contents.flatMap((section) => section.files).length);
});

test("each link of the site leads to a file of the site, and to an anchor that is there", () => {
  for (const [address, html] of pages) {
    for (const link of linksOf(html)) {
      if (/^https?:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const from = address === "404.html" ? path.replace("/somewhere/", "") : posix.join(posix.dirname(address), path);
      const to = path === "" ? address : from;
      assert.ok(existsSync(join(site, to)), `${address} links to ${link}`);
      if (anchor === undefined) continue;
      if (to === "playground/index.html") assert.ok(existsSync(anchor), `${address} links to the scenario ${anchor}`);
      else assert.ok(pages.get(to)?.includes(` id="${anchor}"`), `${address} links to ${link}`);
    }
  }
});

test("no page runs anything or loads anything from elsewhere", () => {
  for (const [address, html] of pages) {
    assert.match(html, /default-src 'none'; style-src 'self'; img-src 'self'/, address);
    assert.doesNotMatch(html, /<script|<style|\sstyle="|\son[a-z]+="/, address);
    assert.doesNotMatch(html, /<(?:img|link)[^>]*(?:src|href)="https?:/, address);
  }
  assert.doesNotMatch(readFileSync(join(site, "site.css"), "utf8"), /url\(|@import/);
});

test("each page leads to the playground and to the first page", () => {
  for (const [address, html] of pages) {
    const links = [...linksOf(html)].map((link) =>
      address === "404.html" ? link.replace("/somewhere/", "") : posix.join(posix.dirname(address), link),
    );
    assert.ok(links.includes("playground/index.html") && links.includes("index.html"), address);
  }
});

test("a drawing is on its page character by character", () => {
  const [, drawing = ""] = /```text counterexample\n(.*?)```/s.exec(readFileSync("README.md", "utf8")) ?? [];
  const shown = drawing.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  assert.ok(shown.length > 500 && pages.get("index.html")?.includes(shown));
});

test("anchors are those of GitHub", () => {
  assert.equal(anchorOf("Why not SPIN, TLA+ or herd7?"), "why-not-spin-tla-or-herd7");
  assert.equal(anchorOf("`kernels`: what_is - it"), "kernels-what_is---it");
  const { headings } = renderMarkdown("# One `two`\n\n## Again\n\n## Again\n\n## Again 1\n", "docs/any.md");
  assert.deepEqual(
    headings.map(({ anchor }) => anchor),
    ["one-two", "again", "again-1", "again-1-1"],
  );
});

test("the name of a scenario leads to the playground, which opens it", () => {
  const render = (text: string) => renderMarkdown(text, "docs/any.md").html;
  const link = 'href="../playground/index.html#specs/fork-race.json"';
  assert.ok(render("`fork-race` and `specs/fork-race.json`").split(link).length === 3);
  assert.ok(!render("[`fork-race`](../specs/fork-race.json)").includes(link), "it is a link already");
  assert.ok(pages.get("specs/fault-race.json.html")?.includes('href="../playground/index.html#specs/fault-race.json"'));
});

test("HTML in a Markdown file is shown as text", () => {
  assert.match(renderMarkdown("<script>x</script>\n", "docs/any.md").html, /&lt;script&gt;/);
});
