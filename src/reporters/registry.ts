import { githubReporter } from "./github.ts";
import { htmlReporter } from "./html.ts";
import { itfReporter } from "./itf.ts";
import { jsonReporter } from "./json.ts";
import { junitReporter } from "./junit.ts";
import { markdownReporter } from "./markdown.ts";
import { mermaidReporter } from "./mermaid.ts";
import { ndjsonReporter } from "./ndjson.ts";
import { prettyReporter } from "./pretty.ts";
import type { ReporterEntry } from "./reporter.ts";
import { sarifReporter } from "./sarif.ts";

export const reporters: readonly ReporterEntry[] = [
  prettyReporter,
  jsonReporter,
  ndjsonReporter,
  markdownReporter,
  htmlReporter,
  mermaidReporter,
  itfReporter,
  junitReporter,
  sarifReporter,
  githubReporter,
];
