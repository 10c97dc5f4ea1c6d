/** What the reader works on. Nothing of it may be lost if the reader opens something else. */
import type { Question, Source } from "../../protocol.ts";

/** What switches and fields change in the question, beside the text of the scenario. */
export type Choices = Omit<Question, keyof Source>;

export interface Work {
  /** What the editor holds. */
  readonly source: Source;
  readonly choices: Choices;
  /** What was opened, or saved since: the reader changed what differs from it. */
  readonly opened: Pick<Work, "source" | "choices">;
}

export const noChoices: Choices = { kernels: [], with: [], without: [], edits: [], properties: [], options: {} };

export function workOf({ source, choices, opened }: Work): Work {
  return { source, choices, opened };
}

/** Whether the reader changed the text of the scenario or the kernel's code. */
export function wasEdited({ source, choices, opened }: Work): boolean {
  return source.text !== opened.source.text || !isSameValue(choices.edits, opened.choices.edits);
}

/** Whether the reader changed anything at all. */
export function wasChanged({ source, choices, opened }: Work): boolean {
  return source.text !== opened.source.text || !isSameValue(choices, opened.choices);
}

/**
 * What is kept for the reader after `next` took the place of the work: what was kept before, and the work itself if the
 * reader changed it.
 */
export function keptAfter(work: Work, replaced: readonly Work[], next: Work): readonly Work[] {
  const others = replaced.filter((one) => !asksTheSame(one, next) && !asksTheSame(one, work));
  return wasChanged(work) && !asksTheSame(work, next) ? [...others, workOf(work)] : others;
}

function asksTheSame(one: Work, other: Work): boolean {
  return isSameValue([one.source, one.choices], [other.source, other.choices]);
}

function isSameValue(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
