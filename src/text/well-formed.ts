/** Replaces lone surrogates, which UTF-8 cannot encode, by the replacement character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
