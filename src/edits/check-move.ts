import type { CallNode, LoopNode, Node, StepNode } from "../ir/recorder.ts";
import { registersOf, type Spot, type StepSpot, spotsOf } from "./activation.ts";
import type { Side } from "./edit.ts";
import { EditError, type Work } from "./edit-work.ts";
import { walk } from "./statements.ts";

/** A step may not pass a place that sets what it reads, or reads what it sets, and may not leave a loop that it jumps in. */
export function checkMove({ edit }: Work, call: CallNode, moved: StepSpot, target: StepSpot, side: Side): void {
  const spots = spotsOf(call);
  const [from, to] = [positionOf(spots, moved.node), positionOf(spots, target.node)];
  const passed =
    from < to
      ? spots.slice(from + 1, side === "after" ? to + 1 : to)
      : spots.slice(side === "before" ? to : to + 1, from);
  const own = registersOf(moved.node);
  for (const { node } of passed) {
    const other = registersOf(node);
    const clash =
      [...own.reads].find((register) => other.writes.has(register)) ??
      [...own.writes].find((register) => other.reads.has(register) || other.writes.has(register));
    if (clash !== undefined)
      throw new EditError(edit, `the step "${moved.node.label}" cannot pass ${describe(node)}: both use ${clash.name}`);
  }
  const lost = loopsLeft(moved.node).find((loop) => !target.loops.includes(loop));
  if (lost !== undefined)
    throw new EditError(edit, `the step "${moved.node.label}" leaves a loop or starts it again, and must stay in it`);
}

function positionOf(spots: readonly Spot[], node: Node): number {
  return spots.findIndex((spot) => spot.node === node);
}

function describe(node: Node): string {
  if (node.kind === "step") return `the step "${node.label}"`;
  if (node.kind === "call") return `the call of ${node.procedure}`;
  return node.kind === "if" ? "a branch" : "what stands between";
}

/** The loops that a step's jumps leave or start again. */
function loopsLeft({ body }: StepNode): readonly LoopNode[] {
  const loops: LoopNode[] = [];
  walk(body, (statement) => {
    if (statement.op === "jump" && statement.jump.kind !== "return") loops.push(statement.jump.loop);
  });
  return loops;
}
