import { printEdit } from "../edits/edit.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { Answer, Need } from "./why.ts";
import type { WhyLine, WhyReport } from "./why-report.ts";

/** `command`: of the check that shows what breaks. */
export function whyReport(
  answers: readonly Answer[],
  command: (need: Need, kernel: KernelVersion) => string,
): WhyReport {
  return { version: 1, lines: answers.map((answer) => whyLine(answer, command)) };
}

export function whyLine(
  { line: { procedure, label, effect }, kernel, needed, tried, unfinished }: Answer,
  command: (need: Need, kernel: KernelVersion) => string,
): WhyLine {
  return {
    procedure,
    step: label ?? null,
    effect,
    kernel,
    tried,
    unfinished,
    needed:
      needed === undefined
        ? null
        : {
            scenario: needed.file,
            breaks: needed.broken.map(({ name, steps }) => ({ name, steps: steps ?? null })),
            edits: needed.edits.map(printEdit),
            command: command(needed, kernel),
          },
  };
}
