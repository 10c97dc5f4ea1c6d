/** Where a JSON file of ours does not follow its schema. */
import type { ErrorObject, ValidateFunction } from "ajv";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { alternatives } from "../text/alternatives.ts";
import type { JsonValue } from "./json-value.ts";
import { diagnosticAt, keySpanOf, type SourceFile, shortened, spanOf } from "./source-file.ts";

/** The first mistake; undefined if there is none. `whole`: what the file is, such as "the trace". */
export function schemaMistake(
  source: SourceFile,
  value: JsonValue,
  validate: Pick<ValidateFunction, "errors"> & ((value: unknown) => unknown),
  { whole, code }: { readonly whole: string; readonly code: DiagnosticCode },
): Diagnostic | undefined {
  const error = validate(value) ? undefined : validate.errors?.[0];
  if (error === undefined) return undefined;
  const path = segmentsOf(error.instancePath);
  const extra = (error.params as { readonly additionalProperty?: string }).additionalProperty;
  const span = extra === undefined ? spanOf(source, path) : keySpanOf(source, [...path, extra]);
  const where = error.instancePath === "" ? whole : path.join(".");
  const what = extra === undefined ? expectation(error) : `has an unknown key ${JSON.stringify(extra)}`;
  return diagnosticAt(source, shortened(span), { code, message: `${where} ${what}` });
}

function expectation({ message = "is malformed", params }: ErrorObject): string {
  const { allowedValues, missingProperty } = params as {
    readonly allowedValues?: readonly string[];
    readonly missingProperty?: string;
  };
  if (missingProperty !== undefined) return `has no key ${JSON.stringify(missingProperty)}; expected one`;
  return allowedValues === undefined ? message : `must be ${alternatives(allowedValues)}`;
}

/** The parts of a JSON pointer. */
function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
