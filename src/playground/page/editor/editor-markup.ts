/**
 * The editor colours its lines with markup from strings, which a page with trusted types refuses. This policy lets
 * through exactly what the editor makes: a few elements with classes, and text in which each `<` is escaped. So even an
 * error in the editor could not let the text of a scenario become another element.
 */

const attribute = /(?: (?:class|role|aria-hidden|spellcheck|autocapitalize|autocomplete)=(?:"[\w\s-]*"|[\w-]+))*/;
const element = new RegExp(`<(?:div|span|textarea)${attribute.source}>|</(?:div|span|textarea)>`, "g");

/** Throws if the text contains other markup. */
export function editorMarkup(text: string): string {
  if (text.replace(element, "").includes("<")) throw new TypeError("the editor made unexpected markup");
  return text;
}
