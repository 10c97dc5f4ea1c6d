import { printableParts } from "../text/printable.ts";
import type { Reporter } from "./reporter.ts";

/** For reporters whose text people read directly: makes every text of the results printable on one line. */
export function ofPrintable(reporter: Reporter): Reporter {
  return {
    onResult: (result) => reporter.onResult(printableParts(result)),
    onEnd: (report) => reporter.onEnd(printableParts(report)),
  };
}
