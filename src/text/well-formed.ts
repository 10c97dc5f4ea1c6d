/** Puts the replacement character in the place of halves of characters, which UTF-8 cannot say. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
