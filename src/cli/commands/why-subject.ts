/** What `why` is asked about. */
import { statSync } from "node:fs";
import { usageError } from "../../diagnostics/usage-error.ts";
import { type ProcedureSubject, procedureSubject } from "../../why/procedure-subject.ts";
import type { Host } from "../surroundings/surroundings.ts";
import { findSpecs, specPath } from "./find-specs.ts";

export type WhySubject =
  | { readonly kind: "scenario"; readonly file: string }
  | ({ readonly kind: "procedure" } & ProcedureSubject);

/** Throws a UserError if there is no such scenario, procedure or step. */
export function subjectOf(text: string, host: Pick<Host, "outlineOperations">): WhySubject {
  const path = specPath(text);
  if (path.endsWith(".json") || statSync(path, { throwIfNoEntry: false }) !== undefined) {
    const [file, ...others] = findSpecs([path], []);
    if (file === undefined || others.length > 0)
      throw usageError(`${text} is a folder`, "name a scenario, or a procedure and then the folder");
    return { kind: "scenario", file };
  }
  return { kind: "procedure", ...procedureSubject(text, host) };
}
