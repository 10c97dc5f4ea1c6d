import type { SearchProgress } from "../checker/search-types.ts";
import { bytes, grouped } from "../reporters/quantities.ts";
import type { Output } from "./host.ts";

export interface ProgressLine {
  readonly update: (progress: SearchProgress) => void;
  /** Makes room for other output. */
  readonly clear: () => void;
}

/** One line at the bottom of a terminal, rewritten; nothing where standard error is no terminal. */
export function progressLine(stderr: Output, title: string, quiet: boolean): ProgressLine {
  if (stderr.isTTY !== true || quiet) return { update: () => {}, clear: () => {} };
  let shown = false;
  return {
    update({ states, depth, frontier, bytes: memory, seconds }) {
      const rate = seconds > 0 ? states / seconds : 0;
      const text = `${title}: ${grouped(states)} states, ${grouped(rate)}/s, depth ${depth}, frontier ${grouped(frontier)}, ${bytes(memory)}`;
      // A line that the terminal breaks could not be taken back.
      stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
      shown = true;
    },
    clear() {
      if (shown) stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}
