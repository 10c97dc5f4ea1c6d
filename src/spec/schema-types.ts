export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Names of processes, actors and the like. They appear in targets, in properties and in traces. */
export const namePattern = "^[A-Za-z][A-Za-z0-9_-]*$";
