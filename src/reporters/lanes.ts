/** One column for each actor. Text may extend over the columns to its right, because only one actor moves at a time. */
import { at } from "../ir/lookup.ts";
import { pageWidth, paragraph } from "../text/paragraph.ts";

export interface Lanes {
  readonly actors: readonly string[];
  /** For each actor, the column in which its text begins. */
  readonly starts: readonly number[];
}

/** The width that the longest kernel functions need, with their indentation. */
const widest = 44;
const mostBetween = 22;

export function lanesOf(actors: readonly string[], first: number): Lanes {
  const free = Math.floor((pageWidth - first - widest) / Math.max(1, actors.length - 1));
  const between = Math.max(3, Math.min(mostBetween, free));
  return { actors, starts: actors.map((_, position) => first + position * between) };
}

/** The actors' names above their columns; nothing if a name is wider than its column. */
export function laneTitles({ actors, starts }: Lanes): readonly string[] {
  const fit = actors.every((actor, position) => {
    const end = at(starts, position) + actor.length;
    return end < (starts[position + 1] ?? pageWidth + 1);
  });
  if (!fit) return [];
  return [actors.reduce((line, actor, position) => line.padEnd(at(starts, position)) + actor, "")];
}

/**
 * A text in an actor's column, broken into lines that end at the page's width. The columns of `alive` actors are drawn
 * where the text leaves room.
 */
export function inLane(
  { actors, starts }: Lanes,
  actor: string,
  text: string,
  { head = "", indent = 0, alive = new Set() }: { head?: string; indent?: number; alive?: ReadonlySet<string> } = {},
): readonly string[] {
  const own = actors.indexOf(actor);
  const start = at(starts, own);
  const margin = " ".repeat(start + indent);
  const room = pageWidth - margin.length - 2;
  const breakable = text.replaceAll(/\S+/g, (word) => (word.length > room ? partsOf(word, room).join(" ") : word));
  return paragraph(breakable, `${margin}  `, margin).map((line, position) => {
    const drawn = [...line];
    for (const [other, column] of starts.entries()) {
      const isFree = other < own || column > line.length + 1;
      if (other !== own && isFree && alive.has(at(actors, other))) {
        while (drawn.length < column) drawn.push(" ");
        drawn[column] = "|";
      }
    }
    const whole = drawn.join("");
    return position === 0 ? head + whole.slice(head.length) : whole;
  });
}

/** Every part except the last fills a line. */
function partsOf(word: string, length: number): readonly string[] {
  const parts: string[] = [];
  for (let from = 0; from < word.length; from += length) parts.push(word.slice(from, from + length));
  return parts;
}
