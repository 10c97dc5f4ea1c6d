/** From the text of a file to the trace, or to the places where the text is not a valid trace. */
import type { ErrorObject } from "ajv";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { type JsonValue, type ParsedJson, parseJson } from "../spec/json-value.ts";
import { diagnosticAt, keySpanOf, type SourceFile, spanOf } from "../spec/source-file.ts";
import { validatorOf } from "../spec/validators.ts";
import { type Trace, traceFormat, traceVersion } from "./format.ts";

/** Throws a UserError where the text is not a trace. `file` is the name that diagnostics give the text. */
export function parseTrace(text: string, file: string): Trace {
  return traceIn(parseJson(text), text, file);
}

/** Throws a UserError where the text is not a trace. Undefined if it is a scenario instead. */
export function parseTraceOrScenario(text: string, file: string): Trace | undefined {
  const parsed = parseJson(text);
  const isScenario = parsed.ok && !hasKey(parsed.value, "format") && hasKey(parsed.value, "actors");
  return isScenario ? undefined : traceIn(parsed, text, file);
}

function hasKey(value: JsonValue, key: string): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key);
}

function traceIn(parsed: ParsedJson, text: string, file: string): Trace {
  if (!parsed.ok) {
    const diagnostics = parsed.mistakes.map(({ offset, length, message }) =>
      diagnosticAt({ file, text }, { offset, length }, { code: "trace/syntax", message }),
    );
    throw new UserError(diagnostics);
  }
  const source: SourceFile = { file, text, root: parsed.root };
  const other = notATrace(source, parsed.value);
  if (other !== undefined) throw new UserError([other]);
  const error = firstSchemaError(parsed.value);
  if (error !== undefined) throw new UserError([malformed(source, error)]);
  return parsed.value as unknown as Trace;
}

/** Says in one sentence what a file is not, before its parts are looked at. */
function notATrace(source: SourceFile, value: JsonValue): Diagnostic | undefined {
  const record = typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  const { format, version } = { format: undefined, version: undefined, ...record };
  if (format !== traceFormat) {
    const message = `this is not a trace; expected a JSON object with "format": "${traceFormat}"`;
    const span = spanOf(source, format === undefined ? [] : ["format"]);
    return diagnosticAt(source, { ...span, length: Math.min(span.length, 80) }, { code: "trace/not-a-trace", message });
  }
  if (version !== traceVersion) {
    const message = `version ${JSON.stringify(version)} of the trace format is not known; expected version ${traceVersion}`;
    return diagnosticAt(source, spanOf(source, ["version"]), {
      code: "trace/not-a-trace",
      message,
      hint: "replay the trace with the version of exclusive-check that wrote it",
    });
  }
  return undefined;
}

function firstSchemaError(value: JsonValue): ErrorObject | undefined {
  const validate = validatorOf("trace");
  return validate(value) ? undefined : validate.errors?.[0];
}

function malformed(source: SourceFile, error: ErrorObject): Diagnostic {
  const path = segmentsOf(error.instancePath);
  const extra = (error.params as { readonly additionalProperty?: string }).additionalProperty;
  const span = extra === undefined ? spanOf(source, path) : keySpanOf(source, [...path, extra]);
  const where = error.instancePath === "" ? "the trace" : error.instancePath.slice(1).replaceAll("/", ".");
  const what = extra === undefined ? (error.message ?? "is malformed") : `has an unknown key ${JSON.stringify(extra)}`;
  return diagnosticAt(
    source,
    { ...span, length: Math.min(span.length, 80) },
    {
      code: "trace/malformed",
      message: `${where} ${what}`,
    },
  );
}

/** The parts of a JSON pointer. */
function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
