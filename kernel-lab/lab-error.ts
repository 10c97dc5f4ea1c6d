/** A run of the laboratory that cannot go on, with a message for the user. The exit code is 1, and no stack is shown. */
export class LabError extends Error {
  override readonly name: string = "LabError";
}
