/** A kind of file that we write, and how to recognise an existing one. */
export interface FileKind {
  /** "a trace" */
  readonly what: string;
  /** Matches the beginning of the file. In a binary file, each byte counts as a character. */
  readonly begins: RegExp;
}

/** How many bytes are enough to recognise the kind. */
export const beginningBytes = 4096;
