/** The report at the end of a run, as text for a terminal. */
import { at } from "../../src/ir/lookup.ts";
import { count, grouped } from "../../src/text/quantities.ts";
import type { Tally } from "./campaign.ts";
import type { OperationCoverage } from "./coverage.ts";
import { endsUnknown } from "./endings.ts";
import { notCompared } from "./observe-state.ts";

export function summaryText(tally: Tally): string {
  const { programs, steps, compared, coverage, found, explained } = tally;
  const parts = [
    `${count(programs, "program")}, ${count(steps, "step")}, ${grouped(compared)} values compared.`,
    table(
      ["operation", "times", "on entries", "endings"],
      [...coverage.byOperation()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, ...cells(of)]),
    ),
    `Not compared:\n${[
      ...notCompared.map(({ field, because }) => `  ${field}: ${because}`),
      ...endsUnknown.map(({ operation, because }) => `  the end of ${operation}: ${because}`),
    ].join("\n")}`,
  ];
  if (explained.size > 0) {
    const rows = [...explained].map(([name, times]) => [name, grouped(times)]);
    parts.push(table(["explained disagreement", "steps"], rows));
  }
  if (found.size === 0) return [...parts, "No unexplained disagreement."].join("\n\n");
  const rows = [...found.values()].map(({ name, times, program }) => [
    name,
    program.setup.name,
    grouped(times),
    grouped(program.steps.length),
  ]);
  return [...parts, table(["disagreement", "setup", "programs", "shortest"], rows)].join("\n\n");
}

function cells({ times, entries, endings }: OperationCoverage): readonly string[] {
  return [grouped(times), counts(entries), counts(endings)];
}

function counts(counters: Readonly<Record<string, number>>): string {
  const all = Object.entries(counters).sort(([, a], [, b]) => b - a);
  return all.map(([name, times]) => `${name} ${grouped(times)}`).join(", ");
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => at(row, column).length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(at(widths, column)))
      .join("  ")
      .trimEnd();
  return [line(heads), ...rows.map(line)].join("\n");
}
