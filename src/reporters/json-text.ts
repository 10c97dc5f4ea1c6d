/** JSON in which GitHub's runner finds no command: it escapes a `#`, which does not change the meaning. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll("##[", "#\\u0023[");
}
