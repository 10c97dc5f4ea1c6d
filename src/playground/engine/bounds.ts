/** What a verdict is about, in one line: how much memory there is, and what each actor runs. */
import { textOf } from "../../model/operations.ts";
import type { ActorSpec, ProgramItem, Scenario } from "../../model/scenario/scenario.ts";
import { count } from "../../text/quantities.ts";

/** "1 physical page, 1 process; forker: fork child; engine: atomic buf[0]; each actor runs once" */
export function boundsOf({ system, actors }: Scenario): string {
  const room = `${count(system.pages, "physical page")}, ${count(system.processes.length, "process", "processes")}`;
  const programs = actors.flatMap(({ name, run }) => (run.length === 0 ? [] : [`${name}: ${programOf(run)}`]));
  return [room, ...programs, "each actor runs once"].join("; ");
}

function programOf(run: ActorSpec["run"]): string {
  return run.map(itemText).join(", ");
}

function itemText(item: ProgramItem): string {
  if (item.kind === "operation") return textOf(item.call);
  const choice = item.calls.map(textOf).join(" or ");
  return item.times === 1 ? `one of (${choice})` : `${item.times} of (${choice})`;
}
