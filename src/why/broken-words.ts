const notMet = "never: ";

/** What breaks, in words: the name of a property, or the condition of a `sometimes` that is no longer met. */
export function brokenWords(name: string): string {
  return name.startsWith(notMet) ? `no longer reaches "${name.slice(notMet.length)}"` : name;
}
