/** The names of the reporters, in the order of the help. The options need only names, so `--help` loads no reporter. */
export const reporterNames = [
  "pretty",
  "json",
  "ndjson",
  "mail",
  "markdown",
  "html",
  "mermaid",
  "itf",
  "junit",
  "sarif",
  "github",
] as const;
export type ReporterName = (typeof reporterNames)[number];

/** The formats that can hold one trace: those that `convert` offers. */
export const traceFormats = ["mail", "markdown", "html", "mermaid", "itf"] as const satisfies readonly ReporterName[];
export type TraceFormat = (typeof traceFormats)[number];
