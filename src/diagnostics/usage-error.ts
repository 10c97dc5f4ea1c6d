import type { DiagnosticCode } from "./codes.ts";
import { UserError } from "./user-error.ts";

/** A mistake on the command line that no option's parser can see by itself. */
export function usageError(message: string, hint?: string, code: DiagnosticCode = "cli/usage"): UserError {
  return new UserError([hint === undefined ? { code, message } : { code, message, hint }]);
}
