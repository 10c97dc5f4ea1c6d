import { paragraph } from "../../reporters/paragraph.ts";
import type { CheckResult } from "../../reporters/report.ts";

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
    "a verdict differs from the expected one (where none is expected: a violation); of replay: the trace does not reproduce what it records",
  ],
  ["2", "wrong usage, a file that is not what it should be, or a result that could not be written"],
  ["3", "a bound was reached before anything unexpected was found; of simulate: nothing unexpected was found"],
  ["4", "an internal error, or an error of the model"],
  ["130, 143", "stopped by SIGINT or SIGTERM, after a partial report"],
] as const;

export const exitCodeHelp = [
  "Exit codes:",
  ...exitCodeMeanings.flatMap(([code, meaning]) => paragraph(meaning, "     ", `  ${code}  `)),
].join("\n");

/** The most serious result decides. `failed`: something of it could not be written. */
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
 * Where something of the result could not be written. A verdict that differs is certain all the same; but what is as
 * expected, or was cut short, must not look as if all of it were there.
 */
export function withoutResult(code: ExitCode): ExitCode {
  return code === exitCodes.asExpected || code === exitCodes.incomplete ? exitCodes.usage : code;
}
