/** The report at the end of a run, as text for a terminal, and a disagreement as text for a file. */
import { at } from "../../src/ir/lookup.ts";
import { count, grouped } from "../../src/text/quantities.ts";
import { endingText } from "../conform/compare.ts";
import type { Difference } from "../conform/fields.ts";
import { fieldsOf } from "../conform/fields.ts";
import { observer } from "../conform/observe-state.ts";
import { programText } from "./actors-program.ts";
import type { Covered, Found, Tally } from "./interleave.ts";
import type { ModelEnd } from "./model-ends.ts";

/** So many of the smallest programs are shown with the ends that were never seen. */
const shownPrograms = 10;

export function reportText(tally: Tally): string {
  const { programs, repetitions, skipped, covered, found, failures } = tally;
  const several = covered.filter(({ comparison }) => comparison.reachable.length > 1);
  const parts = [
    `${count(programs, "program")}, ${grouped(repetitions)} repetitions; ${count(skipped, "program")} left out because the model has too many states.`,
    `Ends of the model: ${grouped(sum(covered, reachable))} reachable, ${grouped(sum(covered, seen))} seen. In the ${count(several.length, "program")} with more than one end: ${grouped(sum(several, reachable))} reachable, ${grouped(sum(several, seen))} seen.`,
    coverageTable(covered),
    ...failures.map(({ program, failure }) => `The kernel did not finish ${programText(program)}:\n${failure}`),
  ];
  const partly = several
    .filter((one) => seen(one) < reachable(one))
    .sort((a, b) => a.states - b.states)
    .slice(0, shownPrograms);
  if (partly.length > 0) parts.push(`Reachable ends that were never seen:\n${partly.map(neverSeen).join("\n")}`);
  const reasons = covered.flatMap(({ comparison }) => comparison.explained.map(({ name }) => name));
  if (reasons.length > 0)
    parts.push(
      `Ends that are the model's but for something known:\n${[...new Set(reasons)]
        .map((name) => `  ${name}: ${reasons.filter((reason) => reason === name).length}`)
        .join("\n")}`,
    );
  if (found.size === 0) return [...parts, "Every observed end is one that the model reaches."].join("\n\n");
  const together = [...found.values()].filter(needsOthers);
  const alone = [...found.values()].filter((one) => !needsOthers(one));
  if (together.length > 0) parts.push(`Ends that the model does not reach:\n${together.map(foundText).join("\n")}`);
  if (alone.length > 0)
    parts.push(`Ends that the model does not reach, although one actor is enough:\n${alone.map(foundText).join("\n")}`);
  return parts.join("\n\n");
}

function needsOthers({ program }: Found): boolean {
  return program.together.length > 1;
}

function foundText({ name, programs, program }: Found): string {
  return `  ${name}\n    in ${count(programs, "program")}; smallest: ${programText(program)}`;
}

function reachable({ comparison }: Covered): number {
  return comparison.reachable.length;
}

function seen({ comparison }: Covered): number {
  return comparison.seen.size;
}

function sum(covered: readonly Covered[], number: (one: Covered) => number): number {
  return covered.reduce((total, one) => total + number(one), 0);
}

/** One line for each setup. */
function coverageTable(covered: readonly Covered[]): string {
  const names = [...new Set(covered.map(({ program }) => program.setup.name))];
  return names
    .map((name) => {
      const own = covered.filter(({ program }) => program.setup.name === name);
      const wholly = own.filter((one) => seen(one) === reachable(one)).length;
      return `  ${name.padEnd(12)} ${count(own.length, "program")}, ${grouped(sum(own, reachable))} ends reachable, ${grouped(sum(own, seen))} seen; all ends seen in ${count(wholly, "program")}`;
    })
    .join("\n");
}

/** The ends of one program that were never seen, each by what it does not have in common with the nearest one that was. */
function neverSeen({ program, model, comparison }: Covered): string {
  const observe = observer(model.machine, model.states);
  const described = (end: ModelEnd) =>
    new Map<string, unknown>([
      ...end.endings.flatMap((endings, actor) =>
        endings.map((ending, index): [string, unknown] => [
          `${at(program.together, actor).actor}'s ${index + 1}. operation`,
          endingText(ending),
        ]),
      ),
      ...fieldsOf(observe(end.state)),
      ["complaints", end.complaints.join("; ") || "none"],
    ]);
  const known = [...comparison.seen].map(described);
  const lines = comparison.reachable
    .filter((end) => !comparison.seen.has(end))
    .map((end) => {
      const own = described(end);
      const lists = known.map((other) =>
        [...own].flatMap(([field, value]) => (other.get(field) === value ? [] : [`${field}: ${value}`])),
      );
      const [nearest] = lists.sort((a, b) => a.length - b.length);
      return `    ${nearest?.join("; ") ?? "nothing was seen"}`;
    });
  return [`  ${programText(program)} (${count(comparison.seen.size, "end")} seen)`, ...lines].join("\n");
}

/** Markdown: the program, and what the kernel shows beside what the model allows. */
export function bothEnds(title: string, { program, unreached, repetitions }: Found, kernel: string): string {
  const { observed, nearest } = unreached;
  const table = (differences: readonly Difference[]) =>
    [
      `| field | ${kernel} | model |`,
      "| --- | --- | --- |",
      ...differences.map(
        ({ field, kernel: shown, model }) => `| ${field} | ${shown ?? "missing"} | ${model ?? "missing"} |`,
      ),
    ].join("\n");
  return [
    `# ${title}`,
    `Setup \`${program.setup.name}\`: ${programText(program)}`,
    `The kernel ended so in ${observed.times} of ${repetitions} repetitions. The model's nearest ends differ here:`,
    ...nearest.map(table),
    "",
  ].join("\n\n");
}
