/** A change to the model's procedures, as a reviewer words it. Names are those that `explain` prints. */
import type { FeatureName } from "../model/features/catalogue.ts";
import type { PrimitiveName } from "../model/primitives.ts";

/** A step of a procedure, wherever the procedure is called. */
export interface StepName {
  readonly procedure: string;
  readonly label: string;
}

/** What a recheck is called where a primitive can stand. */
export const recheck = "pte_same";

export type Side = "before" | "after";

export type Edit =
  /** The step does nothing. The registers that it would set keep their values. */
  | { readonly kind: "drop"; readonly step: StepName }
  /** The step goes on without one of its effects. */
  | { readonly kind: "drop-effect"; readonly step: StepName; readonly effect: string }
  /** The procedure does not call the other one. */
  | { readonly kind: "drop-call"; readonly procedure: string; readonly callee: string }
  /** The step stands beside another step of its procedure. */
  | { readonly kind: "move"; readonly step: StepName; readonly side: Side; readonly label: string }
  /** Two steps of a procedure change places. */
  | { readonly kind: "swap"; readonly step: StepName; readonly label: string }
  /** A new step, of what the kernel's own helpers do. */
  | { readonly kind: "insert"; readonly primitive: PrimitiveName; readonly side: Side; readonly step: StepName }
  /** The step does nothing unless the page-table entry still leads to the page that the procedure goes by. */
  | { readonly kind: "recheck"; readonly step: StepName }
  /** The step is there only with the feature, or only without it. */
  | { readonly kind: "only"; readonly step: StepName; readonly feature: FeatureName; readonly on: boolean }
  /** The step ends before one of its effects, and other actors may run before it goes on. */
  | { readonly kind: "split"; readonly step: StepName; readonly effect: string };

/** The edit as one line. `parseEdit` of it gives the edit again. */
export function printEdit(edit: Edit): string {
  switch (edit.kind) {
    case "drop":
      return `drop ${printStep(edit.step)}`;
    case "drop-effect":
      return `drop ${edit.effect} from ${printStep(edit.step)}`;
    case "drop-call":
      return `drop call ${edit.callee} from ${edit.procedure}`;
    case "move":
      return `move ${printStep(edit.step)} ${edit.side} ${quoteIfNeeded(edit.label)}`;
    case "swap":
      return `swap ${printStep(edit.step)} with ${quoteIfNeeded(edit.label)}`;
    case "insert":
      return `insert ${edit.primitive} ${edit.side} ${printStep(edit.step)}`;
    case "recheck":
      return `insert ${recheck} before ${printStep(edit.step)}`;
    case "only":
      return `keep ${printStep(edit.step)} only ${edit.on ? "with" : "without"} ${edit.feature}`;
    case "split":
      return `split ${printStep(edit.step)} before ${edit.effect}`;
  }
}

export function printStep({ procedure, label }: StepName): string {
  return `${procedure}: ${quoteIfNeeded(label)}`;
}

/** Labels that hold a word of the edits' own language are quoted. */
export function quoteIfNeeded(label: string): string {
  return /\b(before|after|with|from|only)\b|^"/.test(label) ? `"${label}"` : label;
}

/** The procedure that an edit changes. */
export function procedureOf(edit: Edit): string {
  return edit.kind === "drop-call" ? edit.procedure : edit.step.procedure;
}
