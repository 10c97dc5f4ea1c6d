import type { CheckResult } from "../../reporters/report.ts";
import { paragraph } from "../../text/paragraph.ts";

/** What scripts may rely on. */
export const exitCodes = {
  asExpected: 0,
  differs: 1,
  usage: 2,
  incomplete: 3,
  internal: 4,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings = [
  ["0", "every verdict is the expected one, and every search was complete"],
  [
    "1",
    "a verdict differs from the expected one, or a property without an expectation is violated, or a `sometimes` condition was never true; review: a verdict turned bad; replay: the trace is not reproduced",
  ],
  ["2", "wrong usage (also a command without arguments), an invalid input file, or a result that could not be written"],
  ["3", "inconclusive: a limit was reached, no unexpected violation so far; simulate: nothing unexpected was found"],
  ["4", "an internal error, or a value of the model left its range"],
  ["130, 143", "stopped by SIGINT or SIGTERM, after a partial report"],
] as const;

export const exitCodeHelp = [
  "Exit codes:",
  ...exitCodeMeanings.flatMap(([code, meaning]) => paragraph(meaning, "     ", `  ${code}  `)),
].join("\n");

/** The most serious result decides. `failed`: a part of the results could not be written. */
export function exitCodeOf(results: readonly Pick<CheckResult, "outcome">[], failed: boolean): ExitCode {
  const code = codeOfOutcomes(new Set(results.map(({ outcome }) => outcome)));
  return failed ? withoutResult(code) : code;
}

function codeOfOutcomes(outcomes: ReadonlySet<CheckResult["outcome"]>): ExitCode {
  if (outcomes.has("model-error")) return exitCodes.internal;
  if (outcomes.has("differs")) return exitCodes.differs;
  if (outcomes.has("undecided")) return exitCodes.incomplete;
  return exitCodes.asExpected;
}

/**
 * The exit code if a part of the results could not be written. A verdict that differs is certain without the file. Other
 * results must not look complete.
 */
export function withoutResult(code: ExitCode): ExitCode {
  return code === exitCodes.asExpected || code === exitCodes.incomplete ? exitCodes.usage : code;
}
