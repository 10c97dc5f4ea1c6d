/** Counterexamples as an interactive page: src/viewer with the traces inside, in one file that loads nothing else. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { htmlPage } from "./html-page.ts";
import { allTracesIn, hasTrace } from "./report.ts";
import type { ReporterEntry } from "./reporter.ts";

export const htmlReporter: ReporterEntry = {
  name: "html",
  sentence: "A page for each counterexample beside its trace, or one file with all: step through it in a browser.",
  kind: {
    what: "a page of exclusive-check",
    begins: /^<!doctype html>[\s\S]*<meta name="generator" content="exclusive-check">/,
  },
  besideTraces: { extension: ".html", render: (trace) => htmlPage([trace], viewerPage()) },
  open: () => ({
    onResult: () => "",
    onEnd: ({ results }) =>
      htmlPage(
        results
          .flatMap(allTracesIn)
          .filter(hasTrace)
          .map(({ trace }) => trace),
        viewerPage(),
      ),
  }),
};

let page: string | undefined;

/** In the build, the page is beside this file; run from the sources, it is bundled here. */
export function viewerPage(): string {
  page ??= import.meta.url.endsWith(".js")
    ? readFileSync(new URL("viewer.html", import.meta.url), "utf8")
    : execFileSync(process.execPath, [fileURLToPath(new URL("../../scripts/bundle-viewer.mjs", import.meta.url))], {
        encoding: "utf8",
      });
  return page;
}
