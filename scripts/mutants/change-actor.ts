/** Finds the parts of a recorded program that can be removed, and removes one. */
import { editActor } from "../../src/edits/apply-edit.ts";
import type { Edit } from "../../src/edits/edit.ts";
import { effectsOf } from "../../src/edits/effects.ts";
import type { CallNode, Node, RecordedActor, StepNode } from "../../src/ir/recorder.ts";

/** A place in the model, by the names that docs/fidelity.md prints, and what is removed there. */
export interface Mutant {
  readonly procedure: string;
  /** Undefined for the notifier's calls, which are between steps. */
  readonly label: string | undefined;
  readonly without: string;
}

export function nameOf({ procedure, label, without }: Mutant): string {
  return `${procedure}${label === undefined ? "" : `: ${label}`} - without ${without}`;
}

/** Labels are those of the scenario. `rename` gives the labels that are the same in every scenario. */
type Rename = (label: string) => string;

const notifierCalls = ["mmu_notifier_invalidate_range_start", "mmu_notifier_invalidate_range_end"];
const withoutNotifier = "calling the notifier";

export interface Site {
  readonly mutant: Mutant;
  /** The step that shows that the place was reached: the changed step, or a step of the changed call. */
  readonly step: StepNode;
}

export function sitesOf(actor: RecordedActor, rename: Rename): readonly Site[] {
  const sites: Site[] = [];
  visit(actor.root, (step, calls) => {
    const procedure = procedureOf(step);
    for (const without of effectsOf(step.body, actor.name))
      sites.push({ mutant: { procedure, label: rename(step.label), without }, step });
    const [caller, callee] = calls.slice(-2);
    if (caller !== undefined && callee !== undefined && notifierCalls.includes(callee.procedure))
      sites.push({ mutant: { procedure: caller.procedure, label: undefined, without: withoutNotifier }, step });
  });
  return sites;
}

export function changeActor(mutant: Mutant, rename: Rename): (actor: RecordedActor) => RecordedActor {
  const edits = editsOf(mutant);
  // It inserts nothing, and asks for no feature.
  const model = { has: () => false, record: () => undefined };
  return (actor) => editActor(actor, edits, model, rename).actor;
}

function editsOf({ procedure, label, without }: Mutant): readonly Edit[] {
  if (label === undefined) return notifierCalls.map((callee) => ({ kind: "drop-call", procedure, callee }));
  return [{ kind: "drop-effect", step: { procedure, label }, effect: without }];
}

function procedureOf({ stack }: StepNode): string {
  return stack.at(-1)?.procedure ?? "";
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
