import type { Diagnostic } from "./diagnostic.ts";
import { renderDiagnostics } from "./render.ts";

/** An error of the user. It ends the program with exit code 2 and prints no stack. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode = 2;
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(renderDiagnostics(diagnostics));
    this.diagnostics = diagnostics;
  }
}
