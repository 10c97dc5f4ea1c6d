/** From characters of the text to places on the screen, and back. */
import type { PrismEditor } from "prism-code-editor";

/** A range of the highlighted lines that covers the characters; undefined if the text has changed since. */
export function rangeOf({ value, lines }: PrismEditor, from: number, to: number): Range | undefined {
  const start = pointOf(value, lines, from);
  const end = pointOf(value, lines, to);
  if (start === undefined || end === undefined) return undefined;
  const range = document.createRange();
  range.setStart(...start);
  range.setEnd(...end);
  return range;
}

/** The rectangle of one character, or of the end of a line. */
export function rectangleOf(editor: PrismEditor, offset: number): DOMRect | undefined {
  return rangeOf(editor, offset, offset + 1)?.getBoundingClientRect();
}

/** The character at a point of the screen; undefined if there is none, or if the browser cannot say. */
export function offsetAt(editor: PrismEditor, x: number, y: number): number | undefined {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret === undefined || caret === null || caret.offsetNode !== editor.textarea) return undefined;
  // The caret goes to the nearest boundary: the character is before or behind it.
  return [caret.offset, caret.offset - 1].find((offset) => {
    if (offset < 0 || editor.value[offset] === "\n") return false;
    const { left, right, top, bottom } = rectangleOf(editor, offset) ?? new DOMRect();
    return left <= x && x <= right && top <= y && y <= bottom;
  });
}

/** The collection of lines begins with the overlays, so that a line's index is its number, from 1. */
function pointOf(text: string, lines: PrismEditor["lines"], offset: number): [Node, number] | undefined {
  const before = text.slice(0, offset);
  const line = lines[before.split("\n").length];
  if (line === undefined) return undefined;
  let rest = offset - (before.lastIndexOf("\n") + 1);
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (rest < length) return [node, rest];
    rest -= length;
  }
  return undefined;
}
