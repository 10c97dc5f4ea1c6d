/** JSON in which GitHub's runner finds no command, and which says the same: in a text, `#` may be written as an escape. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll("##[", "#\\u0023[");
}
