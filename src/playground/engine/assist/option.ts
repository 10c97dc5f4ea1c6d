/** What can stand at a place: a text, and what it is. */
export interface Option {
  readonly text: string;
  readonly detail: string;
  /** What the reader chooses by, if it is not the text. */
  readonly label?: string;
}

/** Options for a part of a text, which they replace. */
export interface Choice {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Option[];
}

export const option = (text: string, detail = ""): Option => ({ text, detail });

/** The part of a text around the cursor that is one name. */
export function wordAround(
  text: string,
  cursor: number,
  word = /[\w-]/,
): { readonly from: number; readonly to: number } {
  let [from, to] = [cursor, cursor];
  while (from > 0 && word.test(text.charAt(from - 1))) from--;
  while (to < text.length && word.test(text.charAt(to))) to++;
  return { from, to };
}
