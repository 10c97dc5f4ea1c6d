import { printableParts } from "../text/printable.ts";
import type { Reporter } from "./reporter.ts";

/** For reporters whose text people read as it is: they are given results in which every text can be shown on a line. */
export function ofPrintable(reporter: Reporter): Reporter {
  return {
    onResult: (result) => reporter.onResult(printableParts(result)),
    onEnd: (report) => reporter.onEnd(printableParts(report)),
  };
}
