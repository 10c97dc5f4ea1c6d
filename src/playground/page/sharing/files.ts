/** Files that the reader opens, and files that the page offers. Nothing leaves the browser. */
import { traceFormat } from "../../../trace/format.ts";

export type MediaType = "application/json" | "text/html";

/** In bytes. Larger files are refused before they are read. */
export const largestFile = 64 * 2 ** 20;

/** Whether the text of a file is a trace, and not a scenario. */
export function isTrace(text: string): boolean {
  // A trace begins with its format, but other tools may have sorted its keys.
  return text.includes(`"${traceFormat}"`) && /"steps"\s*:/.test(text);
}

export function download(name: string, text: string, type: MediaType): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
