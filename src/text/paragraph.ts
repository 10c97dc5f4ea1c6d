/** The width of reports: that of a terminal. */
export const pageWidth = 80;
/** The width of a plain-text mail. */
export const mailWidth = 72;

/**
 * Breaks a text between words. Every line begins with `indent`. Words longer than a line are not broken, because they
 * are names and paths that people copy.
 */
export function paragraph(text: string, indent = "", firstIndent = indent, width = pageWidth): readonly string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let empty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      [line, empty] = [indent, true];
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
