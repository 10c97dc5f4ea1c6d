/** Reads the report of a shard: of checks or of a review. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { readInput } from "../files/input-file.ts";
import { reasonOf } from "../files/system-errors.ts";
import type { ShardRecord } from "../shards/shard.ts";
import { hasKey, jsonFileKind } from "../spec/json-file-kind.ts";
import { type JsonValue, parseJson } from "../spec/json-value.ts";
import { schemaMistake } from "../spec/schema-mistake.ts";
import { diagnosticAt, diagnosticIn, type SourceFile } from "../spec/source-file.ts";
import { utf8Text } from "../spec/utf8-text.ts";
import { validatorOf } from "../spec/validators.ts";
import type { CheckReportJson, ReviewJson } from "./report-json.ts";

export type ReportFile = CheckReportFile | ReviewFile;

interface ShardFile {
  readonly source: SourceFile;
  readonly shard: ShardRecord;
}

export interface CheckReportFile extends ShardFile {
  readonly kind: "check";
  readonly content: CheckReportJson;
}

export interface ReviewFile extends ShardFile {
  readonly kind: "review";
  readonly content: ReviewJson;
}

/** A little less than the longest string. */
const mostBytes = 500 * 2 ** 20;

/** Throws a UserError if the file cannot be read or is not the report of a shard. */
export function readReport(file: string): ReportFile {
  const text = utf8Text(bytesOf(file), file, "report/not-utf8");
  const parsed = parseJson(text);
  if (!parsed.ok)
    throw new UserError(
      parsed.mistakes.map(({ offset, length, message }) =>
        diagnosticAt({ file, text }, { offset, length }, { code: "report/syntax", message }),
      ),
    );
  const source: SourceFile = { file, text, root: parsed.root };
  const kind = kindOf(parsed.value);
  if (kind === undefined) throw new UserError([notAReport(source, parsed.value)]);
  const validate = validatorOf(kind === "check" ? "report" : "review");
  const mistake = schemaMistake(source, parsed.value, validate, { whole: "the report", code: "report/malformed" });
  if (mistake !== undefined) throw new UserError([mistake]);
  const content = parsed.value as unknown as CheckReportJson & ReviewJson;
  const { shard } = content;
  if (shard === undefined) {
    const message = "this is the report of a whole run; expected the report of a shard";
    const hint = "a report with --shard says which part of the run it is";
    throw new UserError([diagnosticIn(source, [], { code: "report/not-a-report", message, hint })]);
  }
  return { kind, source, content, shard };
}

function bytesOf(file: string): Buffer {
  try {
    return readInput(file, mostBytes);
  } catch (error) {
    throw new UserError([{ code: "report/unreadable", file, message: `cannot be read: ${reasonOf(error)}` }]);
  }
}

/** Undefined if it is no report. */
function kindOf(value: JsonValue): ReportFile["kind"] | undefined {
  if (hasKey(value, "results")) return "check";
  return hasKey(value, "differing") ? "review" : undefined;
}

function notAReport(source: SourceFile, value: JsonValue): Diagnostic {
  const kind = jsonFileKind(value);
  const what = kind === undefined ? "not a report" : `a ${kind}`;
  const message = `this is ${what}; expected a JSON report of a check or of a review, made with --shard and --json`;
  return diagnosticIn(source, [], { code: "report/not-a-report", message });
}
