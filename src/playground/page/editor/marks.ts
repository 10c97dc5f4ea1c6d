/** Underlines the places of errors, without a change of the markup. Browsers without this interface underline nothing. */
import type { PrismEditor } from "prism-code-editor";
import type { PlacedDiagnostic } from "../../protocol.ts";
import { rangeOf } from "./text-position.ts";

/** The name in the style sheet. */
const highlight = "diagnostic";

export function markDiagnostics(editor: PrismEditor, diagnostics: readonly PlacedDiagnostic[]): void {
  if (typeof Highlight === "undefined") return;
  const ranges = diagnostics.flatMap(({ range }) => {
    if (range === undefined) return [];
    // An empty place, such as the end of the text, is shown at the character before it.
    const from = range.from === range.to ? Math.max(0, range.from - 1) : range.from;
    return rangeOf(editor, from, range.to) ?? [];
  });
  CSS.highlights.set(highlight, new Highlight(...ranges));
}
