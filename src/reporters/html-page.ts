import type { Trace } from "../trace/format.ts";
import { jsonText } from "./json-text.ts";

/** `page`: src/viewer as one file, with a place for its data. */
export function htmlPage(traces: readonly Trace[], page: string): string {
  // Without a `<`, no text of a trace can end its element or begin another one.
  const data = jsonText({ traces }).replaceAll("<", "\\u003c");
  return page.replace("{{data}}", () => data);
}
