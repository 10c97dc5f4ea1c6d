/**
 * The colours of JSON. They take an element for each word, and time that grows with the square of a line's length. So a
 * text that is far larger than any scenario that a person writes is shown without them.
 */
import { languages, tokenize, withoutTokenizer } from "prism-code-editor/prism";
import "prism-code-editor/prism/languages/json";

/** In characters. */
const mostText = 2 ** 15;
const longestLine = 2000;

const { json } = languages;
if (json === undefined) throw new Error("the editor does not know JSON");
json[tokenize] = (text, grammar) => (isColoured(text) ? withoutTokenizer(text, grammar) : [text]);

function isColoured(text: string): boolean {
  return text.length <= mostText && text.split("\n").every((line) => line.length <= longestLine);
}
