/** What a step says about how it went, as the predicate of a sentence: `misses the TLB and finds the entry empty`. */
import type { SaidValue } from "../ir/interpreter.ts";
import { formatValue } from "../ir/types.ts";
import { compactValue } from "./change-text.ts";

/** What the parts of a step said, in order; undefined if they said nothing. */
export function outcomeText(said: readonly (readonly (string | SaidValue)[])[]): string | undefined {
  const clauses = said.map(clause);
  if (clauses.length < 2) return clauses[0];
  return `${clauses.slice(0, -1).join(", ")} and ${clauses.at(-1)}`;
}

function clause(words: readonly (string | SaidValue)[]): string {
  return words
    .map((word) => (typeof word === "string" ? word : compactValue(formatValue(word.type, word.value))))
    .join(" ")
    .replaceAll(/ (?=[,:;])/g, "");
}
