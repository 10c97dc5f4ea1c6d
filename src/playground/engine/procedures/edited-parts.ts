/** The parts of one call of a procedure: what they are after some edits, and what each edit did to them. */
import { spotsOf } from "../../../edits/activation.ts";
import type { Edit } from "../../../edits/edit.ts";
import type { Rename } from "../../../edits/edit-work.ts";
import type { CallNode, StepNode } from "../../../ir/recorder.ts";
import type { LineChange } from "../../protocol.ts";

export type PartNode = StepNode | CallNode;

export interface Part {
  readonly node: PartNode;
  readonly change: PartChange | undefined;
}

export interface PartChange extends Pick<LineChange, "how"> {
  readonly by: Edit;
}

/** The steps and calls of an activation in the order of the code, without those of the calls. */
export function nodesOf(call: CallNode): readonly PartNode[] {
  return spotsOf(call).flatMap(({ node }) => (node.kind === "step" || node.kind === "call" ? [node] : []));
}

export function isDropped({ change }: Part): boolean {
  return change?.how === "dropped";
}

/**
 * `nodes`: what the edit left of the parts in `before`. An edit keeps the identity of each node that it does not change.
 * Dropped parts stay after the part that was before them.
 */
export function partsAfter(
  before: readonly Part[],
  nodes: readonly PartNode[],
  by: Edit,
  rename: Rename,
): readonly Part[] {
  const live = before.filter((part) => !isDropped(part));
  const partOf = new Map(live.map((part) => [part.node, part]));
  const left = new Set(nodes);
  const gone = live.filter(({ node }) => !left.has(node));
  const replacedBy = (node: PartNode): Part | undefined => gone.find((part) => labelOf(part.node) === labelOf(node));
  const kept = nodes.filter((node) => partOf.has(node));
  const order = live.filter(({ node }) => left.has(node));
  const isMoved = (node: PartNode): boolean =>
    order.some((part, position) => part.node !== kept[position]) && movedLabels(by, rename).has(rename(labelOf(node)));

  const after = nodes.map((node): Part => {
    const known = partOf.get(node);
    if (known !== undefined) return isMoved(node) ? { node, change: { how: "moved", by } } : known;
    const replaced = replacedBy(node);
    if (replaced?.change?.how === "inserted") return { node, change: replaced.change };
    return { node, change: { how: replaced === undefined ? "inserted" : "changed", by } };
  });

  let anchor: PartNode | undefined;
  for (const part of before) {
    const now = after.find(
      ({ node }) => node === part.node || (left.has(node) && !partOf.has(node) && replacedBy(node) === part),
    );
    if (now === undefined) {
      const dropped: Part = isDropped(part) ? part : { node: part.node, change: { how: "dropped", by } };
      after.splice(after.findIndex(({ node }) => node === anchor) + 1, 0, dropped);
      anchor = part.node;
    } else if (!isMoved(now.node)) anchor = now.node;
  }
  return after;
}

/** A step's label, or the name of the procedure that is called. */
export function labelOf(node: PartNode): string {
  return node.kind === "step" ? node.label : node.procedure;
}

function movedLabels(edit: Edit, rename: Rename): ReadonlySet<string> {
  if (edit.kind === "move") return new Set([rename(edit.step.label)]);
  return new Set(edit.kind === "swap" ? [edit.step.label, edit.label].map(rename) : []);
}
