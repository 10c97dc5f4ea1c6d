/** Operations of the model that no program runs on a kernel, and why. docs/real-kernel.md has the same as a table. */
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";

export const leftOut: readonly { readonly operation: OperationName; readonly because: string }[] = [
  {
    operation: "khugepaged",
    because:
      "it is the first half of a collapse, and MADV_COLLAPSE does both halves; programs run them together, as `collapse`",
  },
  {
    operation: "uprobe_replace",
    because:
      "a probe belongs to a file, so its removal changes every process that maps the file, and only pages that have the breakpoint; the model changes one process, whatever the page has",
  },
];

/** The lines of the table. */
export function leftOutTable(): readonly string[] {
  return [
    "| operation | why no program runs it |",
    "| --- | --- |",
    ...leftOut.map(({ operation, because }) => `| \`${operation}\` | ${because} |`),
  ];
}
