import type { ChalkInstance } from "chalk";
import type { Outcome } from "./report.ts";

export function coloring(outcome: Outcome, colors: ChalkInstance): ChalkInstance {
  switch (outcome) {
    case "as-expected":
      return colors.green;
    case "differs":
    case "model-error":
      return colors.red;
    case "undecided":
      return colors.yellow;
  }
}
