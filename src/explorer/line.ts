/** A line of the screen: pieces of text, each with a meaning. Colours are added later, if there are any. */

import { printable } from "../text/printable.ts";

export type Style = "plain" | "dim" | "bold" | "good" | "bad" | { readonly actor: number };

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Piece[];

export function piece(text: string, style: Style = "plain"): Piece {
  return { text, style };
}

export function line(text: string, style: Style = "plain"): Line {
  return [piece(text, style)];
}

export function widthOf(pieces: Line): number {
  return pieces.reduce((width, { text }) => width + text.length, 0);
}

/**
 * Cuts a line to the width of the screen. Removes characters that move the cursor, because names and sentences come
 * from files, and characters that may be wider than one column.
 */
export function fitted(pieces: Line, columns: number): Line {
  const clean = pieces.map(({ text, style }) => ({
    text: printable(text).replace(/[^ -~\u00a1-\u00ac\u00ae-\u024f]/g, "?"),
    style,
  }));
  if (widthOf(clean) <= columns) return clean;
  const mark = "..".slice(0, columns);
  let left = columns - mark.length;
  const kept: Piece[] = [];
  for (const { text, style } of clean) {
    if (left === 0) break;
    const part = text.slice(0, left);
    left -= part.length;
    kept.push({ text: part, style });
  }
  return [...kept, piece(mark, "dim")];
}

/** The second half ends at the right edge, if there is room for both. */
export function justified(left: Line, right: Line, columns: number): Line {
  const room = columns - widthOf(right) - 1;
  if (room < 10) return fitted(left, columns);
  const start = fitted(left, room);
  return [...start, piece(" ".repeat(columns - widthOf(start) - widthOf(right))), ...right];
}

/** A line between two parts of the screen: `-- text ------`. */
export function divider(text: string, columns: number): Line {
  const title = `-- ${text} `;
  return line(title.padEnd(columns, "-"), "dim");
}
