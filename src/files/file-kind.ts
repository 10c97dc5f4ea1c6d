/** A kind of file that we write, and how to know one when it is there already. */
export interface FileKind {
  /** "a trace" */
  readonly what: string;
  /** Matches how its text begins; of bytes, each is a character. */
  readonly begins: RegExp;
}

/** How much of a file its kind shows in. */
export const beginningBytes = 4096;
