import { type Edit, recheck } from "../../../edits/edit.ts";
import type { LineChange } from "../../protocol.ts";

/** What an edit did to the line `label`, in a few words. */
export function changeText(how: LineChange["how"], by: Edit, label: string): string {
  switch (by.kind) {
    case "drop":
    case "drop-call":
      return "removed";
    case "drop-effect":
      // What the step looked at under the lock is read one step earlier.
      return how === "inserted" ? `reads for the next step, which is without ${by.effect}` : `without ${by.effect}`;
    case "move":
      return `moved ${by.side} ${by.label}`;
    case "swap":
      return `swapped with ${label === by.step.label ? by.label : by.step.label}`;
    case "insert":
      return "inserted";
    case "recheck":
      return `only after ${recheck}`;
    case "only":
      return how === "dropped" ? `removed, because it is only ${by.on ? "with" : "without"} ${by.feature}` : "kept";
    case "split":
      return how === "dropped" ? `split before ${by.effect}` : `a part of the step that was split before ${by.effect}`;
  }
}
