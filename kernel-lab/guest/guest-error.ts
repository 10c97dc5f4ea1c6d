import { LabError } from "../lab-error.ts";

/** A guest that cannot be started, has ended on its own, or no longer answers. */
export class GuestError extends LabError {
  override readonly name = "GuestError";
  /** What the guest's kernel had written to its console. */
  readonly console: string;

  constructor(message: string, console: string) {
    const end = console.trimEnd().split("\n").slice(-shownLines).join("\n");
    super(end === "" ? message : `${message}. The end of its console:\n${end}`);
    this.console = console;
  }
}

const shownLines = 40;
