/** A witness in one line. */
import { count } from "../text/quantities.ts";
import { placeOf, type Witness } from "./report.ts";
import { stopOf } from "./verdict.ts";

/** `a witness of "both map the page" after 12 steps: out/...` */
export function witnessSentence(witness: Witness): string {
  const { condition, found, bound } = witness;
  if (found === undefined) {
    const why = bound === undefined ? "states may have been missed" : stopOf(bound);
    return `no witness of "${condition}": its search was ${why}`;
  }
  return `a witness of "${condition}" after ${count(found.length, "step")}: ${placeOf(found)}`;
}
