import type { SearchProgress } from "../../checker/contract/search-types.ts";
import type { WalksProgress } from "../../checker/simulate.ts";
import { printable } from "../../text/printable.ts";
import { bytes, count, grouped } from "../../text/quantities.ts";
import type { Output } from "../surroundings/surroundings.ts";

export interface ProgressLine {
  readonly searched: (progress: SearchProgress) => void;
  readonly walked: (progress: WalksProgress) => void;
  readonly told: (text: string) => void;
  /** Clears the line, for other output. */
  readonly clear: () => void;
}

/** One line at the bottom of a terminal that is rewritten. Does nothing if standard error is not a terminal. */
export function progressLine(stderr: Output, title: string, quiet: boolean): ProgressLine {
  if (stderr.isTTY !== true || quiet) return { searched: () => {}, walked: () => {}, told: () => {}, clear: () => {} };
  let shown = false;
  const show = (text: string): void => {
    // A line that the terminal wraps could not be cleared.
    stderr.write(`\r\x1b[K${`${printable(title)}: ${text}`.slice(0, (stderr.columns ?? 80) - 1)}`);
    shown = true;
  };
  return {
    searched({ states, depth, frontier, bytes: memory, seconds }) {
      const rate = grouped(perSecond(states, seconds));
      show(`${grouped(states)} states, ${rate}/s, depth ${depth}, frontier ${grouped(frontier)}, ${bytes(memory)}`);
    },
    walked({ walks, steps, violations, seconds }) {
      const rates = [`${grouped(perSecond(walks, seconds))}/s`, `${grouped(perSecond(steps, seconds))} steps/s`];
      show([count(walks, "walk"), ...rates, count(violations, "violation")].join(", "));
    },
    told: show,
    clear() {
      if (shown) stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}

function perSecond(amount: number, seconds: number): number {
  return seconds > 0 ? amount / seconds : 0;
}
