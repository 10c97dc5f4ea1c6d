/** From the text of a file to the trace, or to the places where the text is not a valid trace. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { jsonFileKind } from "../spec/json-file-kind.ts";
import { type JsonValue, type ParsedJson, parseJson } from "../spec/json-value.ts";
import { schemaMistake } from "../spec/schema-mistake.ts";
import { diagnosticAt, diagnosticIn, type SourceFile } from "../spec/source-file.ts";
import { validatorOf } from "../spec/validators.ts";
import { type Trace, traceFormat, traceVersion } from "./format.ts";

/** Throws a UserError where the text is not a trace. `file` is the name that diagnostics give the text. */
export function parseTrace(text: string, file: string): Trace {
  return traceIn(parseJson(text), text, file);
}

/** Throws a UserError where the text is not a trace. Undefined if it is a scenario instead. */
export function parseTraceOrScenario(text: string, file: string): Trace | undefined {
  const parsed = parseJson(text);
  const isScenario = parsed.ok && jsonFileKind(parsed.value) === "scenario";
  return isScenario ? undefined : traceIn(parsed, text, file);
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
  const mistake = schemaMistake(source, parsed.value, validatorOf("trace"), {
    whole: "the trace",
    code: "trace/malformed",
  });
  if (mistake !== undefined) throw new UserError([mistake]);
  return parsed.value as unknown as Trace;
}

/** Says in one sentence what a file is not, before its parts are looked at. */
function notATrace(source: SourceFile, value: JsonValue): Diagnostic | undefined {
  const record = typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  const { format, version } = { format: undefined, version: undefined, ...record };
  if (format !== traceFormat) {
    const kind = jsonFileKind(value);
    const what = kind === undefined || kind === "trace" ? "not a trace" : `a ${kind}`;
    const message = `this is ${what}; expected a trace: a JSON object with "format": "${traceFormat}"`;
    return diagnosticIn(source, format === undefined ? [] : ["format"], { code: "trace/not-a-trace", message });
  }
  if (version !== traceVersion) {
    const message = `version ${JSON.stringify(version)} of the trace format is not known; expected version ${traceVersion}`;
    return diagnosticIn(source, ["version"], {
      code: "trace/not-a-trace",
      message,
      hint: "replay the trace with the version of exclusive-check that wrote it",
    });
  }
  return undefined;
}
