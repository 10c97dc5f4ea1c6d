export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * Names of processes, actors and so on. They appear in targets, properties and traces, and in file names, which hold two
 * of them.
 */
export const namePattern = "^[A-Za-z][A-Za-z0-9_-]{0,99}$";
