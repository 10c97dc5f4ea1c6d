/** Selects the checks to make after some steps. */
import { intersects, slotsRead, slotsWritten } from "../../codegen/analysis/footprint.ts";
import type { Expr } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Location } from "../../ir/program.ts";
import { allStatements, partsOf } from "../../ir/visit.ts";
import { type Condition, expressionsIn, type Judged } from "./checks.ts";
import type { ExpressionContext } from "./expression.ts";
import type { PromelaContext } from "./promela-context.ts";
import type { Saved } from "./saving.ts";

/** The checks that one of the steps can affect. All steps belong to one actor. */
export function checksAfter(
  { program, names, properties, flags, events }: PromelaContext,
  locations: readonly Location[],
  saved: Saved,
): readonly Judged[] {
  const written = new Set(locations.flatMap((location) => [...slotsWritten(program, location)]));
  const emitted = new Set(locations.flatMap(({ body }) => [...allStatements(body)].flatMap(emittedBy)));
  const actor = String(at(locations, 0).actor);
  const ofAny: ExpressionContext = {
    names,
    saved: (cell) => saved.get(cell),
    step: { actor, procedure: "step_procedure", label: "step_label" },
  };
  const ofEvent = new Map([...events].map(([name, { args }]) => [name, { ...ofAny, args }]));

  return properties.flatMap(({ checks }, position) =>
    checks.flatMap((check): readonly Judged[] => {
      const flag = at(flags, position);
      if (check.kind === "state") {
        const reads = expressionsIn(check).some((expr) => intersects(written, slotsRead(program, expr)));
        return reads ? [{ flag, check, context: ofAny, seen: undefined }] : [];
      }
      if (check.kind !== "step") return [];
      if (check.event === undefined) return [{ flag, check, context: ofAny, seen: undefined }];
      const context = ofEvent.get(check.event);
      if (!emitted.has(check.event) || context === undefined) return [];
      return [{ flag, check, context, seen: events.get(check.event)?.seen }];
    }),
  );
}

function emittedBy(statement: Location["body"][number]): readonly string[] {
  return statement.op === "emit" ? [statement.event] : [];
}

/** Whether a check depends on which step was taken. */
export function namesMatter(judged: readonly { readonly check: Condition }[]): boolean {
  const known = new Set<Expr>();
  const asks = (expr: Expr): boolean => {
    if (known.has(expr)) return false;
    known.add(expr);
    return (expr.op === "step" && expr.part !== "actor") || partsOf(expr).some(asks);
  };
  return judged.some(({ check }) => expressionsIn(check).some(asks));
}
