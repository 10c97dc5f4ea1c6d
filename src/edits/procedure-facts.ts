/**
 * What lists and explanations say about all procedures of the model. To record everything under every kernel takes
 * longer than most searches, so the build does it once (scripts/write-procedures.mjs); a program that runs from its
 * sources does it when it needs to.
 */
import type { ModelBuilder } from "../model/model-builder.ts";
import { knowProcedures, listProcedures, type ProcedureItem } from "../model/procedures.ts";
import { allEffects, type Effects, knowEffects } from "./procedure-effects.ts";

export interface ProcedureFacts {
  readonly procedures: readonly ProcedureItem[];
  readonly effects: Effects;
}

export function procedureFacts(outlineOperations: ModelBuilder["outlineOperations"]): ProcedureFacts {
  return { procedures: listProcedures(outlineOperations), effects: allEffects(outlineOperations) };
}

/** From now on `read` answers for this model. It is called when the first question comes. */
export function knowFacts(outlineOperations: ModelBuilder["outlineOperations"], read: () => ProcedureFacts): void {
  let facts: ProcedureFacts | undefined;
  const known = () => {
    facts ??= read();
    return facts;
  };
  knowProcedures(outlineOperations, () => known().procedures);
  knowEffects(outlineOperations, () => known().effects);
}
