import type { Scenario } from "./scenario.ts";

/** Labels name what the scenario has; the same step of another scenario is the same step. */
export function anonymiser({ system, actors }: Scenario): (text: string) => string {
  const words = new Map<string, string>();
  for (const { name } of system.devices) words.set(name, "DEVICE");
  for (const { name } of actors) words.set(name, "ACTOR");
  for (const { name, vmas } of system.processes) {
    words.set(name, "PROCESS");
    for (const vma of vmas) words.set(vma.name, "VMA");
  }
  return (text) =>
    text
      .replace(/[A-Za-z_][\w-]*/g, (word) => words.get(word) ?? word)
      .replace(/VMA\[\d+\]/g, "VMA[i]")
      // An operation's position in its actor's program.
      .replace(/^(begin|end) (\S+) .*$/, "$1 $2");
}
