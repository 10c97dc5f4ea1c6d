/** All reporters by name. The names, and their order in the help, are in names.ts. */

import { githubReporter } from "./github.ts";
import { htmlReporter } from "./html.ts";
import { itfReporter } from "./itf.ts";
import { jsonReporter } from "./json.ts";
import { junitReporter } from "./junit.ts";
import { mailReporter } from "./mail.ts";
import { markdownReporter } from "./markdown.ts";
import { mermaidReporter } from "./mermaid.ts";
import { type ReporterName, reporterNames } from "./names.ts";
import { ndjsonReporter } from "./ndjson.ts";
import { prettyReporter } from "./pretty.ts";
import type { ReporterEntry } from "./reporter.ts";
import { sarifReporter } from "./sarif.ts";

const byName: Readonly<Record<ReporterName, ReporterEntry>> = {
  pretty: prettyReporter,
  json: jsonReporter,
  ndjson: ndjsonReporter,
  mail: mailReporter,
  markdown: markdownReporter,
  html: htmlReporter,
  mermaid: mermaidReporter,
  itf: itfReporter,
  junit: junitReporter,
  sarif: sarifReporter,
  github: githubReporter,
};

export const reporters: readonly ReporterEntry[] = reporterNames.map((name) => byName[name]);
