/** Answers in words: for each line of the kernel what it is there for, and how to see it. */
import type { KernelVersion } from "../model/versions/rows.ts";
import { paragraph } from "../text/paragraph.ts";
import { count } from "../text/quantities.ts";
import { rangeRemark } from "./broken-range.ts";
import { brokenWords } from "./broken-words.ts";
import type { Broken } from "./first-break.ts";
import { type Line, nameOf } from "./line.ts";
import { lineReasons } from "./reasons.ts";
import type { Answer, Need } from "./why.ts";

/** `command`: of the check that shows what breaks. */
export function whyText(
  answers: readonly Answer[],
  command: (need: Need, kernel: KernelVersion) => string,
): readonly string[] {
  const procedures = grouped(answers, ({ line }) => line.procedure);
  const lines = grouped(answers, ({ line }) => nameOf(line));
  const remark = rangeRemark(answers);
  return [
    ...procedures.flatMap((own) => [
      `${own[0]?.line.procedure}:`,
      ...grouped(own, ({ line }) => nameOf(line)).flatMap((same) => lineText(same, command)),
      "",
    ]),
    ...(remark === undefined ? [] : [...paragraph(remark, "  ", ""), ""]),
    summary(lines),
  ];
}

/** A kernel on which no search without the line came to its end says nothing about it. */
function summary(lines: readonly (readonly Answer[])[]): string {
  const counts = { always: 0, sometimes: 0, never: 0, untested: 0 };
  for (const answers of lines) counts[verdictOf(answers)]++;
  if (lines.length > 0 && counts.always === lines.length) return `${count(counts.always, "line")}, all needed here`;
  const some = counts.sometimes === 0 ? "" : `, ${counts.sometimes} on some kernels only`;
  const untested = counts.untested === 0 ? "" : `, ${counts.untested} that no search here answers for`;
  return `${count(lines.length, "line")}: ${counts.always} needed here${some}, ${counts.never} not${untested}`;
}

function verdictOf(answers: readonly Answer[]): "always" | "sometimes" | "never" | "untested" {
  const tested = answers.filter(({ needed, tried, unfinished }) => needed !== undefined || tried > unfinished);
  if (tested.length === 0) return "untested";
  const needed = tested.filter((answer) => answer.needed !== undefined);
  if (needed.length === 0) return "never";
  return needed.length === tested.length ? "always" : "sometimes";
}

/** The answers for one line. Kernels with the same answer share it. */
function lineText(
  answers: readonly Answer[],
  command: (need: Need, kernel: KernelVersion) => string,
): readonly string[] {
  const [first] = answers;
  if (first === undefined) return [];
  const shown = answers.find(({ needed }) => needed !== undefined);
  return [
    ...paragraph(placeOf(first.line), "      ", "  "),
    ...grouped(answers, answerText).flatMap((same) => {
      const kernels = same.map(({ kernel }) => kernel).join(", ");
      return paragraph(`${kernels}: ${same[0] === undefined ? "" : answerText(same[0])}`, "      ", "    ");
    }),
    // Not broken into lines, so that it can be copied.
    ...(shown?.needed === undefined ? [] : [`    $ ${command(shown.needed, shown.kernel)}`]),
  ];
}

/** `folio_put: dropping a reference` */
function placeOf({ label, effect }: Line): string {
  return label === undefined ? effect : `${label}: ${effect}`;
}

/** What breaks without the line, or what it means that nothing does. */
export function answerText({ line, needed, tried, unfinished }: Answer): string {
  if (needed !== undefined) return `${brokenText(needed.broken)} in ${scenarioOf(needed.file)}`;
  if (tried === 0) return "no scenario here comes to it";
  const reason = lineReasons[nameOf(line)]?.replace(/^neutral: /, "the model behaves the same without it: ");
  if (unfinished === tried) return "not known: no search without it came to its end (--max-states)";
  const limited = unfinished === 0 ? "" : `, ${unfinished} of them not to the end`;
  return `nothing here needs it (${count(tried, "scenario")} tried${limited})${reason === undefined ? "" : `; ${reason}`}`;
}

/** "specs/fork-race.json" is the file of fork-race. */
function scenarioOf(file: string): string {
  return file.replace(/^.*[/\\]/, "").replace(/\.json$/, "");
}

/** What breaks after the same number of steps is listed together. */
function brokenText(broken: readonly Broken[]): string {
  return grouped(broken, ({ steps }) => String(steps))
    .map((same) => {
      const names = same.map(({ name }) => brokenWords(name)).join(", ");
      const steps = same[0]?.steps;
      return steps === undefined ? names : `${names} after ${count(steps, "step")}`;
    })
    .join("; ");
}

/** In the order of their first members. */
function grouped<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}
