/** What the panel "why" shows. */
import type { PlacedDiagnostic, ToldLine, WhyAnswer } from "../../protocol.ts";

export interface Reasons {
  /** A procedure or `PROCEDURE: STEP`, as it stands in the field. */
  readonly what: string;
  readonly asked:
    | { readonly kind: "nothing" }
    | { readonly kind: "running"; readonly told: string; readonly lines: readonly ToldLine[] }
    | { readonly kind: "answered"; readonly answer: WhyAnswer }
    | { readonly kind: "refused"; readonly diagnostics: readonly PlacedDiagnostic[] };
}

export const noReasons: Reasons = { what: "", asked: { kind: "nothing" } };
