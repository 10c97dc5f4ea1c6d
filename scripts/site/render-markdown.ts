/** A Markdown file as HTML, with the anchors of headings as GitHub makes them. */
import MarkdownIt from "markdown-it";
import type { LocalLink } from "./addresses.ts";
import { addressOf, linkBetween, localLink } from "./addresses.ts";
import { isImage } from "./images.ts";
import { linkToScenario, scenarioNamed } from "./scenarios.ts";

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Files and folders of the repository that it links to or shows. */
  readonly links: readonly LocalLink[];
}

/** What Markdown has as HTML is shown as text: nothing in the repository needs it. */
const markdown = new MarkdownIt({ html: false });

const { renderer } = markdown;
// What can be scrolled can be reached with the keyboard.
renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
renderer.rules.table_close = () => "</table></div>\n";
for (const rule of ["fence", "code_block"] as const) {
  const plain = renderer.rules[rule];
  renderer.rules[rule] = (...all) => (plain?.(...all) ?? "").replace("<pre>", '<pre tabindex="0">');
}

const plainCode = renderer.rules.code_inline;
renderer.rules.code_inline = (tokens, at, ...rest) => {
  const code = plainCode?.(tokens, at, ...rest) ?? "";
  const to: unknown = tokens[at]?.meta?.[linkOfCode];
  return typeof to === "string" ? `<a href="${to}">${code}</a>` : code;
};

/** Where a piece of code leads, among what a token has beside its text. */
const linkOfCode = "link";

export function renderMarkdown(text: string, file: string): Rendered {
  const tokens = markdown.parse(text, {});
  const headings: Heading[] = [];
  const links: LocalLink[] = [];
  const used = new Map<string, number>();
  tokens.forEach((token, at) => {
    if (token.type === "heading_open") {
      const inside = tokens[at + 1];
      const words = (inside?.children ?? []).map(({ content }) => content).join("");
      const anchor = distinct(anchorOf(words), used);
      headings.push({ level: Number(token.tag.slice(1)), text: words, anchor });
      token.attrSet("id", anchor);
    }
    let isInLink = false;
    for (const child of token.children ?? []) {
      if (/^link_/.test(child.type)) isInLink = child.nesting > 0;
      // The name of a shipped scenario leads to the playground, which opens it.
      const scenario = child.type === "code_inline" && !isInLink ? scenarioNamed(child.content) : undefined;
      if (scenario !== undefined) child.meta = { [linkOfCode]: linkToScenario(addressOf(file), scenario) };
      const attribute = child.type === "link_open" ? "href" : child.type === "image" ? "src" : undefined;
      const link = attribute && localLink(String(child.attrGet(attribute) ?? ""), file);
      if (attribute === undefined || link === undefined) continue;
      links.push(link);
      const to = isImage(link.file) ? link.file : addressOf(link.file);
      const isHere = link.file === file;
      child.attrSet(attribute, isHere ? link.anchor : `${linkBetween(addressOf(file), to)}${link.anchor}`);
    }
  });
  return {
    html: renderer.render(tokens, markdown.options, {}),
    headings,
    links,
  };
}

/** Lower case, spaces become dashes, other punctuation goes. */
export function anchorOf(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

function distinct(anchor: string, used: Map<string, number>): string {
  const times = used.get(anchor) ?? 0;
  used.set(anchor, times + 1);
  return times === 0 ? anchor : distinct(`${anchor}-${times}`, used);
}
