import type { DiagnosticCode } from "./codes.ts";
import { UserError } from "./user-error.ts";

/** An error on the command line that the parser of a single option cannot find. */
export function usageError(message: string, hint?: string, code: DiagnosticCode = "cli/usage"): UserError {
  return new UserError([hint === undefined ? { code, message } : { code, message, hint }]);
}
