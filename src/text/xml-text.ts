import { wellFormed } from "./well-formed.ts";

/** What an XML document cannot hold, or should not, is replaced. https://www.w3.org/TR/xml/#charsets */
export function xmlText(text: string): string {
  return wellFormed(text).replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "\ufffd");
}
