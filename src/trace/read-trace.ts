/** Reads a trace's file. */
import { UserError } from "../diagnostics/user-error.ts";
import { readInput } from "../files/input-file.ts";
import { reasonOf } from "../files/system-errors.ts";
import { utf8Text } from "../spec/utf8-text.ts";
import type { Trace } from "./format.ts";
import { parseTrace, parseTraceOrScenario } from "./parse-trace.ts";

/** Throws a UserError where the file is not a trace. */
export function readTrace(path: string): Trace {
  return parseTrace(readText(path), path);
}

/** Undefined if the file is a scenario instead. */
export function readTraceOrScenario(path: string): Trace | undefined {
  return parseTraceOrScenario(readText(path), path);
}

/** More than the longest walk's trace; a little less than the longest string. */
const mostBytes = 500 * 2 ** 20;

function readText(path: string): string {
  return utf8Text(bytesOf(path), path, "trace/not-utf8");
}

function bytesOf(path: string): Buffer {
  try {
    return readInput(path, mostBytes);
  } catch (error) {
    throw new UserError([{ code: "trace/unreadable", file: path, message: `cannot be read: ${reasonOf(error)}` }]);
  }
}
