import { wellFormed } from "../text/well-formed.ts";

/**
 * A text that others wrote, for a Mermaid diagram. Everything but letters, digits and some harmless characters goes by
 * Mermaid's entity codes: nothing of it can end a statement, begin another one, or be taken for markup. What neither XML
 * nor a line of text can hold becomes a blank.
 */
export function escaped(text: string): string {
  const visible = wellFormed(text).replace(/[\p{Cc}\u2028\u2029\ufffe\uffff]+/gu, " ");
  // Mermaid knows no empty text.
  if (visible.trim() === "") return "#160;";
  // At the beginning of a text this would be an instruction.
  const others = /^\s*(no)?wrap:/i.test(visible)
    ? /[^A-Za-z0-9 \u00a0\u200b_.,()[\]/=!?*+'→-]/gu
    : /[^A-Za-z0-9 \u00a0\u200b_.,()[\]:/=!?*+'→-]/gu;
  return visible.replace(others, (character) => `#${character.codePointAt(0)};`);
}
