/** Moves to the next or previous change of a variable. */
import { type Explorer, standAt } from "./explorer.ts";
import { say } from "./say.ts";
import { meantBy, nextChange, unknownName, variableNames } from "./variables.ts";

/** Does not move if the variable does not change any more. */
export function lookForChange(explorer: Explorer, direction: 1 | -1): Explorer {
  const { subject, variable, path, position } = explorer;
  if (variable === undefined) return say(explorer, "name a variable first, with /");
  const names = variableNames(subject.program, path);
  const meant = new Set(meantBy(names, variable));
  // The variable may be a register that appeared only on a path that the user left.
  if (meant.size === 0) return say(explorer, unknownName(names, variable), "bad");
  const found = nextChange(path, position, direction, meant);
  if (found === undefined) {
    const where = direction === 1 ? "after" : "before";
    return say(explorer, `${variable} does not change ${where} this`);
  }
  const [{ variable: name, old, new: now }, ...more] = found.changes;
  const others = more.length === 0 ? "" : `, and ${more.length} more`;
  return say(standAt(explorer, found.position), `${name}: ${old ?? ""} -> ${now ?? ""}${others}`);
}
