/** The frame of each page: a bar with the way to the playground, the contents, and the page itself. */
import { linkBetween, playgroundAddress, styleAddress } from "./addresses.ts";
import type { Heading } from "./render-markdown.ts";

export interface Page {
  readonly address: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
}

export interface ContentsEntry {
  readonly title: string;
  readonly pages: readonly { readonly title: string; readonly address: string }[];
}

/** Nothing runs on the pages, and nothing is loaded from elsewhere. */
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

export function framedPage(page: Page, contents: readonly ContentsEntry[]): string {
  const link = (to: string) => linkBetween(page.address, to);
  return framed(page.title, link, navigation(page, contents, link), page.html);
}

/** Stands in for a missing page, at any depth. So its links begin with the path under which the site is served. */
export function missingPage(base: string, contents: readonly ContentsEntry[]): string {
  const page: Page = {
    address: "404.html",
    title: "Not found",
    headings: [],
    html: "<h1>Not found</h1>\n<p>There is no such page. The contents list all pages.</p>\n",
  };
  const link = (to: string) => `${base.replace(/\/$/, "")}/${to}`;
  return framed(page.title, link, navigation(page, contents, link), page.html);
}

function framed(title: string, link: (to: string) => string, navigation: string, html: string): string {
  const name = "exclusive-check";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === name ? name : `${escaped(title)} - ${name}`}</title>
<link rel="stylesheet" href="${link(styleAddress)}">
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header><a class="name" href="${link("index.html")}">${name}</a><a class="open" href="${link(playgroundAddress)}">Open the playground</a></header>
<div class="columns">
${navigation}
<main id="content">
${html}</main>
</div>
</body>
</html>
`;
}

function navigation(page: Page, contents: readonly ContentsEntry[], link: (to: string) => string): string {
  const item = (own: { readonly title: string; readonly address: string }) =>
    own.address === page.address
      ? `<li><a href="${link(own.address)}" aria-current="page">${escaped(own.title)}</a>${parts(page)}</li>`
      : `<li><a href="${link(own.address)}">${escaped(own.title)}</a></li>`;
  const sections = contents.map(
    ({ title, pages }) => `<p>${escaped(title)}</p>\n<ul>\n${pages.map(item).join("\n")}\n</ul>`,
  );
  // A narrow screen shows the text first: the contents can be unfolded, without a script.
  return `<nav aria-label="Contents"><input type="checkbox" id="unfold"><label for="unfold">Contents</label>
<div>
${sections.join("\n")}
</div>
</nav>`;
}

const mostParts = 24;

/** The sections of the page that is open, unless there are too many. */
function parts({ headings }: Page): string {
  const second = headings.filter(({ level }) => level === 2);
  if (second.length === 0 || second.length > mostParts) return "";
  return `\n<ul>\n${second.map(({ text, anchor }) => `<li><a href="#${anchor}">${escaped(text)}</a></li>`).join("\n")}\n</ul>`;
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
