/** What --property chooses among a scenario's properties: those that are named, or all but those named after "-". */
import type { PropertyDefinition } from "../../properties/definition.ts";

export function chooseProperties(
  properties: readonly PropertyDefinition[],
  chosen: readonly string[] = [],
): readonly PropertyDefinition[] {
  const leftOut = chosen.filter(leavesOut).map(nameIn);
  const only = chosen.filter((choice) => !leavesOut(choice));
  return properties.filter(({ name }) => !leftOut.includes(name) && (only.length === 0 || only.includes(name)));
}

/** The property that a value of --property names. */
export function nameIn(choice: string): string {
  return leavesOut(choice) ? choice.slice(1) : choice;
}

function leavesOut(choice: string): boolean {
  return choice.startsWith("-");
}
