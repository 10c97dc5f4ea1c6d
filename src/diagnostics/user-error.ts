import type { Diagnostic } from "./diagnostic.ts";
import { renderDiagnostics } from "./render.ts";

/** The user's mistake, not ours: it ends the program with exit code 2 and no stack. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode = 2;
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(renderDiagnostics(diagnostics));
    this.diagnostics = diagnostics;
  }
}
