/** Where each file of the repository is on the site, and how one page links to another. */
import { posix } from "node:path";

/** Addresses are relative to the root of the site, without a slash at their beginning. */
export const playgroundAddress = "playground/index.html";
export const styleAddress = "site.css";

/** Markdown becomes a page of its own. Any other file or folder has a page that shows it. */
export function addressOf(file: string): string {
  if (posix.basename(file) === "README.md") return posix.join(posix.dirname(file), "index.html");
  return file.endsWith(".md") ? file.replace(/md$/, "html") : `${file}.html`;
}

/** From one address to another. */
export function linkBetween(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}

/** A link of a Markdown file that leads to the repository: the file or folder, and the part behind `#`. */
export interface LocalLink {
  readonly file: string;
  readonly anchor: string;
}

/** Undefined for a link that leads out of the repository. */
export function localLink(href: string, from: string): LocalLink | undefined {
  if (/^[a-z]+:/i.test(href)) return undefined;
  const [path = "", anchor] = href.split("#");
  const file = path === "" ? from : posix.normalize(posix.join(posix.dirname(from), path)).replace(/\/$/, "");
  return { file, anchor: anchor === undefined ? "" : `#${anchor}` };
}
