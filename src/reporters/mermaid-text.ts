import { wellFormed } from "../text/well-formed.ts";

/**
 * Text from scenarios and traces, for a Mermaid diagram. All characters except letters, digits and some harmless ones
 * become Mermaid's entity codes, so that the text cannot end a statement, begin another one, or be markup. Characters
 * that XML or a line of text cannot hold become spaces.
 */
export function escaped(text: string): string {
  const visible = wellFormed(text).replace(/[\p{Cc}\u2028\u2029\ufffe\uffff]+/gu, " ");
  // Mermaid does not support empty texts.
  if (visible.trim() === "") return "#160;";
  // At the beginning of a text, this would be an instruction.
  const others = /^\s*(no)?wrap:/i.test(visible)
    ? /[^A-Za-z0-9 \u00a0\u200b_.,()[\]/=!?*+'→-]/gu
    : /[^A-Za-z0-9 \u00a0\u200b_.,()[\]:/=!?*+'→-]/gu;
  return visible.replace(others, (character) => `#${character.codePointAt(0)};`);
}
