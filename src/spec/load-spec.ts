/** Reads a scenario's file. */
import { UserError } from "../diagnostics/user-error.ts";
import { readInput } from "../files/input-file.ts";
import { reasonOf } from "../files/system-errors.ts";
import { parseSpec } from "./parse-spec.ts";
import type { Spec } from "./spec.ts";
import { utf8Text } from "./utf8-text.ts";

/** Throws a UserError if the file cannot be read, or for the mistakes in it. */
export function loadSpec(path: string): Spec {
  return parseSpec(readSpecText(path), path);
}

/** Far more than any scenario needs, and small enough to parse. */
const mostBytes = 16 * 2 ** 20;

/** The text, whatever is wrong with the scenario in it. Throws a UserError if it cannot be read. */
export function readSpecText(path: string): string {
  return utf8Text(bytesOf(path), path, "spec/not-utf8");
}

function bytesOf(path: string): Buffer {
  try {
    return readInput(path, mostBytes);
  } catch (error) {
    throw new UserError([{ code: "spec/unreadable", file: path, message: `cannot be read: ${reasonOf(error)}` }]);
  }
}
