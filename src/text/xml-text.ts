import { wellFormed } from "./well-formed.ts";

/** Replaces characters that XML forbids or discourages. https://www.w3.org/TR/xml/#charsets */
export function xmlText(text: string): string {
  return wellFormed(text).replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "\ufffd");
}
