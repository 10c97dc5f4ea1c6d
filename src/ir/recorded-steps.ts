import type { Node, RecordedActor, StepNode } from "./recorder.ts";

/** The steps of a recorded actor in the order of the source, including steps that no path reaches. */
export function stepsOf({ root }: Pick<RecordedActor, "root">): readonly StepNode[] {
  const steps: StepNode[] = [];
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.kind === "step") steps.push(node);
      else if (node.kind === "if") {
        visit(node.then);
        visit(node.otherwise);
      } else if (node.kind === "loop" || node.kind === "call") visit(node.body);
    }
  };
  visit(root.body);
  return steps;
}
