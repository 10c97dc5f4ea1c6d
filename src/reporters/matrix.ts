/** Scenarios by kernels, a verdict each. */
import type { ChalkInstance } from "chalk";
import { coloring } from "./outcome-color.ts";
import { probability } from "./quantities.ts";
import type { CheckResult } from "./report.ts";

export function renderMatrix(results: readonly CheckResult[], colors: ChalkInstance): readonly string[] {
  const specs = [...new Set(results.map(({ spec }) => spec))];
  const kernels = [...new Set(results.map(({ kernel }) => kernel))];
  const cell = (spec: string, kernel: string) => {
    const result = results.find((one) => one.spec === spec && one.kernel === kernel);
    if (result === undefined) return { text: "-", color: colors.dim };
    const mark = { "as-expected": "", differs: " (!)", undecided: " (?)", "model-error": " (model error)" };
    return {
      text: `${result.verdict}${isCertain(result) ? "" : " ~"}${mark[result.outcome]}`,
      color: coloring(result.outcome, colors),
    };
  };
  const first = Math.max(...specs.map((spec) => spec.length));
  const widths = kernels.map((kernel) =>
    Math.max(kernel.length, ...specs.map((spec) => cell(spec, kernel).text.length)),
  );
  const row = (name: string, cells: readonly string[]) => [name, ...cells].join("  ").trimEnd();
  const head = row(
    " ".repeat(first),
    kernels.map((kernel, column) => kernel.padEnd(widths[column] ?? 0)),
  );
  const rows = specs.map((spec) =>
    row(
      spec.padEnd(first),
      kernels.map((kernel, column) => {
        const { text, color } = cell(spec, kernel);
        return color(text) + " ".repeat((widths[column] ?? 0) - text.length);
      }),
    ),
  );
  return [head, ...rows, ...legend(results)];
}

/** A verdict that rests on no state having been missed. */
function isCertain({ verdict, statistics }: CheckResult): boolean {
  return verdict !== "holds" || statistics.store === "exact";
}

function mayMiss({ statistics: { store } }: CheckResult): boolean {
  return store === "bitstate";
}

function legend(results: readonly CheckResult[]): readonly string[] {
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  const worst = Math.max(0, ...results.map(({ statistics }) => statistics.missProbability));
  return [
    ...(results.every(isCertain)
      ? []
      : [`~ unless states were missed, each time with a probability of at most ${probability(worst)}`]),
    ...(outcomes.has("differs") ? ["(!) not as expected"] : []),
    ...(outcomes.has("undecided") ? [`(?) ${results.some(mayMiss) ? "incomplete" : "a bound was reached first"}`] : []),
  ];
}
