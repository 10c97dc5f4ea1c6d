/** Tries an edit on recorded actors, and puts everything back. */
import { activationsOf, spotsOf } from "../../../edits/activation.ts";
import { type Edit, procedureOf } from "../../../edits/edit.ts";
import { changeOf } from "../../../edits/edit-model.ts";
import { EditError } from "../../../edits/edit-work.ts";
import { flatten } from "../../../ir/flatten.ts";
import { ModelError } from "../../../ir/model-error.ts";
import type { Node, RecordedActor } from "../../../ir/recorder.ts";
import { eventTypes } from "../../../model/machine/events.ts";
import type { Recorded } from "./recorded-actors.ts";

/**
 * What the edit makes of the procedure: the same text for two edits that have the same result. Undefined if the edit
 * cannot be made, changes nothing, or makes a model that cannot run.
 */
export function tried(edit: Edit, recorded: readonly Recorded[]): string | undefined {
  const results = recorded
    .filter(({ actor }) => activationsOf(actor, procedureOf(edit)).length > 0)
    .map((one) => triedOn(edit, one));
  if (results.length === 0 || results.includes(undefined)) return undefined;
  const changed = results.some((result) => result?.before !== result?.after);
  return changed ? results.map((result) => result?.after).join("\n") : undefined;
}

function triedOn(edit: Edit, { actor, context }: Recorded): { before: string; after: string } | undefined {
  const lists = listsOf(actor, procedureOf(edit));
  const saved = lists.map((list) => [...list]);
  const numbers = new Map<Node, string>();
  const before = shapeOf(actor, procedureOf(edit), numbers);
  try {
    const edited = changeOf([edit])(actor, context);
    flatten(edited, new Map(eventTypes(context.machine).map((event) => [event.name, event])));
    return { before, after: shapeOf(edited, procedureOf(edit), numbers) };
  } catch (error) {
    if (error instanceof EditError || error instanceof ModelError) return undefined;
    throw error;
  } finally {
    // An edit changes lists, and never the nodes in them.
    for (const [position, list] of lists.entries()) list.splice(0, list.length, ...(saved[position] ?? []));
  }
}

function listsOf(actor: RecordedActor, procedure: string): readonly Node[][] {
  return activationsOf(actor, procedure).flatMap((call) => {
    const lists = new Set<Node[]>([call.body]);
    for (const { node } of spotsOf(call)) {
      if (node.kind === "loop") lists.add(node.body);
      if (node.kind === "if") lists.add(node.then).add(node.otherwise);
    }
    return [...lists];
  });
}

/** The nodes of the procedure's calls and how they are nested. A node that an edit makes gets a new number. */
function shapeOf(actor: RecordedActor, procedure: string, numbers: Map<Node, string>): string {
  const nameOf = (node: Node): string => {
    const known = numbers.get(node) ?? `${numbers.size}`;
    numbers.set(node, known);
    return known;
  };
  const shape = (nodes: readonly Node[]): string =>
    nodes
      .map((node) => {
        if (node.kind === "if") return `${nameOf(node)}(${shape(node.then)}|${shape(node.otherwise)})`;
        return node.kind === "loop" ? `${nameOf(node)}(${shape(node.body)})` : nameOf(node);
      })
      .join(" ");
  return activationsOf(actor, procedure)
    .map((call) => shape(call.body))
    .join("\n");
}
