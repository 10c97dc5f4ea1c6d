import assert from "node:assert/strict";
import { UserError } from "../../src/diagnostics/user-error.ts";

/** The UserError with which `run` ends. Anything else fails the test. */
export function userErrorOf(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  assert.fail("expected a UserError");
}
