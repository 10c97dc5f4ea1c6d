/** The lines of the model that can be taken away: the effects of steps, and calls of the notifier. */
import type { Edit } from "../edits/edit.ts";
import type { Rename } from "../edits/edit-work.ts";
import { effectsOf } from "../edits/effects.ts";
import type { CallNode, Node, RecordedActor, StepNode } from "../ir/recorder.ts";

/** A place in the model, and what can be taken away there. Names are those that `explain` and docs/fidelity.md print. */
export interface Line {
  readonly procedure: string;
  /** Undefined for the notifier's calls, which are between steps. */
  readonly label: string | undefined;
  /** An effect of the step, as in an edit. */
  readonly effect: string;
}

export function nameOf({ procedure, label, effect }: Line): string {
  return `${procedure}${label === undefined ? "" : `: ${label}`} - without ${effect}`;
}

const notifierCalls = ["mmu_notifier_invalidate_range_start", "mmu_notifier_invalidate_range_end"];
const callingTheNotifier = "calling the notifier";

export function lineOfStep(procedure: string, label: string, effect: string): Line {
  return { procedure, label, effect };
}

/** The line of a call; undefined if this is no call of the notifier. */
export function lineOfCall(caller: string, callee: string): Line | undefined {
  if (!notifierCalls.includes(callee)) return undefined;
  return { procedure: caller, label: undefined, effect: callingTheNotifier };
}

/** A line of one recorded actor. */
export interface Site {
  readonly line: Line;
  /** The procedure that is called, if the line is a call. */
  readonly callee: string | undefined;
  /** The step of the line, or a step of the procedure that is called. Its label is the scenario's own. */
  readonly step: StepNode;
}

/** `rename`: from the labels of the scenario to those that are the same in every scenario. */
export function sitesOf(actor: RecordedActor, rename: Rename): readonly Site[] {
  const sites: Site[] = [];
  visit(actor.root, (step, calls) => {
    const [caller, callee] = calls.slice(-2).map(({ procedure }) => procedure);
    const procedure = callee ?? caller ?? "";
    for (const effect of effectsOf(step.body, actor.name))
      sites.push({ line: lineOfStep(procedure, rename(step.label), effect), callee: undefined, step });
    const line = caller !== undefined && callee !== undefined ? lineOfCall(caller, callee) : undefined;
    if (line !== undefined) sites.push({ line, callee, step });
  });
  return sites;
}

/** The edits that take a line away. `callees`: the procedures that it calls in the scenario. */
export function editsWithout({ procedure, label, effect }: Line, callees: readonly string[]): readonly Edit[] {
  if (label === undefined) return callees.map((callee) => ({ kind: "drop-call", procedure, callee }));
  return [{ kind: "drop-effect", step: { procedure, label }, effect }];
}

function visit(root: CallNode, see: (step: StepNode, calls: readonly CallNode[]) => void): void {
  const inside = (nodes: readonly Node[], calls: readonly CallNode[]): void => {
    for (const node of nodes) {
      if (node.kind === "step") see(node, calls);
      else if (node.kind === "loop") inside(node.body, calls);
      else if (node.kind === "call") inside(node.body, [...calls, node]);
      else if (node.kind === "if") {
        inside(node.then, calls);
        inside(node.otherwise, calls);
      }
    }
  };
  inside(root.body, [root]);
}
