export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * Names of processes, actors and the like. They appear in targets, in properties, in traces and, two of them together, in
 * the names of files.
 */
export const namePattern = "^[A-Za-z][A-Za-z0-9_-]{0,99}$";
