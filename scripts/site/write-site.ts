/** The whole site, from the files of the repository. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { addressOf, linkBetween, playgroundAddress, styleAddress } from "./addresses.ts";
import { contents, markdownFiles } from "./contents.ts";
import { isImage } from "./images.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { linkToScenario, scenarioNamed } from "./scenarios.ts";
import { escaped, framedPage, missingPage, type Page } from "./template.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Throws if a page links to a file that does not exist. Returns the number of pages. */
export function writeSite(out: string, base: string): number {
  rmSync(out, { recursive: true, force: true });
  const pages = new Map(markdownFiles.map((file) => [file, markdownPage(file)]));
  const images = new Set<string>();
  // A page shows files, and the page of a folder shows further ones.
  for (const { files } of pages.values())
    for (const file of files) {
      if (isImage(file)) images.add(file);
      else if (!pages.has(file)) pages.set(file, file.endsWith(".md") ? markdownPage(file) : pageOf(file));
    }
  const sections = contents.map(({ title, files }) => ({
    title,
    pages: files.map((file) => ({
      title: shortTitle(file, pages.get(file)?.page.title ?? file),
      address: addressOf(file),
    })),
  }));
  for (const { page } of pages.values()) write(out, page.address, framedPage(page, sections));
  write(out, "404.html", missingPage(base, sections));
  for (const image of images) copy(out, join(root, image), image);
  copy(out, join(root, "scripts/site/site.css"), styleAddress);
  copy(out, join(root, "dist/playground/playground.html"), playgroundAddress);
  // Without this file GitHub would run its own generator over the pages.
  write(out, ".nojekyll", "");
  return pages.size + 1;
}

interface Made {
  readonly page: Page;
  /** Files and folders that it links to. */
  readonly files: readonly string[];
}

function markdownPage(file: string): Made {
  const { html, headings, links } = renderMarkdown(readFileSync(join(root, file), "utf8"), file);
  const title = headings.find(({ level }) => level === 1)?.text ?? file;
  return { page: { address: addressOf(file), title, html, headings }, files: links.map((link) => link.file) };
}

/** A folder lists its files; a file is shown as it is. */
function pageOf(file: string): Made {
  const address = addressOf(file);
  const name = `<h1><code>${escaped(file)}</code></h1>\n`;
  if (!statSync(join(root, file)).isDirectory()) {
    const text = readFileSync(join(root, file), "utf8");
    const scenario = scenarioNamed(file);
    const open = `<p><a href="${linkToScenario(address, file)}">Open it in the playground</a></p>\n`;
    const html = `${name}${scenario === undefined ? "" : open}<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`;
    return { page: { address, title: file, html, headings: [] }, files: [] };
  }
  const files = readdirSync(join(root, file), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(file, entry.name))
    .sort();
  const items = files.map(
    (one) => `<li><a href="${linkBetween(address, addressOf(one))}">${escaped(posix.basename(one))}</a></li>`,
  );
  const html = `${name}<ul>\n${items.join("\n")}\n</ul>\n`;
  return { page: { address, title: file, html, headings: [] }, files };
}

/** The title without what the contents say already. */
function shortTitle(file: string, title: string): string {
  return file === "README.md" ? "Overview" : title;
}

function write(out: string, address: string, text: string): void {
  const file = join(out, address);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function copy(out: string, from: string, address: string): void {
  const file = join(out, address);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(from, file);
}
