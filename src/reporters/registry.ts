import { htmlReporter } from "./html.ts";
import { jsonReporter } from "./json.ts";
import { prettyReporter } from "./pretty.ts";
import type { ReporterEntry } from "./reporter.ts";

export const reporters: readonly ReporterEntry[] = [prettyReporter, jsonReporter, htmlReporter];
