/** A table of verdicts: scenarios by kernels. */
import type { ChalkInstance } from "chalk";
import { probability } from "../text/quantities.ts";
import { coloring } from "./outcome-color.ts";
import type { CheckResult, Outcome } from "./report.ts";

export interface Matrix {
  readonly specs: readonly string[];
  readonly kernels: readonly string[];
  readonly cell: (spec: string, kernel: string) => Cell;
  /** What the marks in the cells mean. */
  readonly legend: readonly string[];
}

interface Cell {
  readonly text: string;
  /** Undefined if the scenario was not checked against the kernel. */
  readonly outcome: Outcome | undefined;
}

export function matrixOf(results: readonly CheckResult[]): Matrix {
  const mark = { "as-expected": "", differs: " (!)", undecided: " (?)", "model-error": " (model error)" };
  return {
    specs: [...new Set(results.map(({ spec }) => spec))],
    kernels: [...new Set(results.map(({ kernel }) => kernel))],
    cell(spec, kernel) {
      const result = results.find((one) => one.spec === spec && one.kernel === kernel);
      if (result === undefined) return { text: "-", outcome: undefined };
      const { verdict, outcome } = result;
      return { text: `${verdict}${isCertain(result) ? "" : " ~"}${mark[outcome]}`, outcome };
    },
    legend: legend(results),
  };
}

export function renderMatrix(results: readonly CheckResult[], colors: ChalkInstance): readonly string[] {
  if (results.length === 0) return [];
  const matrix = matrixOf(results);
  const { specs, kernels } = matrix;
  const cell = (spec: string, kernel: string) => {
    const { text, outcome } = matrix.cell(spec, kernel);
    return { text, color: outcome === undefined ? colors.dim : coloring(outcome, colors) };
  };
  const first = Math.max(...specs.map((spec) => spec.length));
  const columns = kernels.map((kernel) => ({
    kernel,
    width: Math.max(kernel.length, ...specs.map((spec) => cell(spec, kernel).text.length)),
  }));
  const row = (name: string, cells: readonly string[]) => [name, ...cells].join("  ").trimEnd();
  const head = row(
    " ".repeat(first),
    columns.map(({ kernel, width }) => kernel.padEnd(width)),
  );
  const rows = specs.map((spec) =>
    row(
      spec.padEnd(first),
      columns.map(({ kernel, width }) => {
        const { text, color } = cell(spec, kernel);
        return color(text) + " ".repeat(width - text.length);
      }),
    ),
  );
  return [head, ...rows, ...matrix.legend];
}

/** Whether the verdict could be wrong only if a state was missed. */
function isCertain({ verdict, statistics }: CheckResult): boolean {
  return verdict !== "holds" || statistics.omissionProbability === 0;
}

function mayMiss({ statistics: { store } }: CheckResult): boolean {
  return store === "bitstate";
}

function legend(results: readonly CheckResult[]): readonly string[] {
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  const worst = Math.max(0, ...results.map(({ statistics }) => statistics.omissionProbability));
  return [
    ...(results.every(isCertain) ? [] : [`~ omission probability at most ${probability(worst)}`]),
    ...(outcomes.has("differs") ? ["(!) not as expected"] : []),
    ...(outcomes.has("undecided") ? [`(?) ${results.some(mayMiss) ? "incomplete" : "a limit was reached first"}`] : []),
  ];
}
