/** What the panel "why" shows. */
import type { PlacedDiagnostic, WhyAnswer, WhyProgress } from "../../protocol.ts";

export interface Reasons {
  /** A procedure or `PROCEDURE: STEP`, as it stands in the field. */
  readonly what: string;
  readonly asked:
    | { readonly kind: "nothing" }
    | ({ readonly kind: "running" } & WhyProgress)
    | { readonly kind: "answered"; readonly answer: WhyAnswer }
    | { readonly kind: "refused"; readonly diagnostics: readonly PlacedDiagnostic[] };
}

export const noReasons: Reasons = { what: "", asked: { kind: "nothing" } };
