/** Finds what can be taken out of a recorded program, and takes it out. */
import type { CallNode, Node, RecordedActor, StepNode } from "../../src/ir/recorder.ts";
import { operatorsFor } from "./operators.ts";

/** A place in the model, by the names that docs/fidelity.md prints, and what is left out there. */
export interface Mutant {
  readonly procedure: string;
  /** Undefined: the notifier's calls, which stand between steps. */
  readonly label: string | undefined;
  readonly without: string;
}

export function nameOf({ procedure, label, without }: Mutant): string {
  return `${procedure}${label === undefined ? "" : `: ${label}`} - without ${without}`;
}

/** Labels are those of the scenario; `rename` makes them those of every scenario. */
type Rename = (label: string) => string;

const notifierCall = /^mmu_notifier_invalidate_range_(start|end)$/;
const withoutNotifier = "calling the notifier";

export interface Site {
  readonly mutant: Mutant;
  /** The step that shows that control came by: the one that is changed, or one of the call's. */
  readonly step: StepNode;
}

export function sitesOf(actor: RecordedActor, rename: Rename): readonly Site[] {
  const sites: Site[] = [];
  visit(actor.root, (step, calls) => {
    const procedure = procedureOf(step);
    for (const { name, apply } of operatorsFor(step.body)) {
      if (apply(step.body) === undefined) continue;
      sites.push({ mutant: { procedure, label: rename(step.label), without: name }, step });
    }
    const [caller, callee] = calls.slice(-2);
    if (caller !== undefined && callee !== undefined && notifierCall.test(callee.procedure))
      sites.push({
        mutant: { procedure: caller.procedure, label: undefined, without: withoutNotifier },
        step,
      });
  });
  return sites;
}

export function changeActor(mutant: Mutant, rename: Rename): (actor: RecordedActor) => RecordedActor {
  const changeStep = (step: StepNode): StepNode => {
    if (procedureOf(step) !== mutant.procedure || rename(step.label) !== mutant.label) return step;
    const operator = operatorsFor(step.body).find(({ name }) => name === mutant.without);
    const body = operator?.apply(step.body);
    return body === undefined ? step : Object.assign(step, { body });
  };
  // Nodes are changed in place: jumps know the loops and calls that they leave by identity.
  const change = (nodes: Node[], procedure: string): void => {
    for (const node of [...nodes]) {
      switch (node.kind) {
        case "step":
          changeStep(node);
          break;
        case "loop":
          change(node.body, procedure);
          break;
        case "if":
          change(node.then, procedure);
          change(node.otherwise, procedure);
          break;
        case "call":
          if (mutant.label === undefined && procedure === mutant.procedure && notifierCall.test(node.procedure))
            nodes.splice(nodes.indexOf(node), 1);
          else change(node.body, node.procedure);
          break;
        default:
          break;
      }
    }
  };
  return (actor) => {
    change(actor.root.body, actor.root.procedure);
    return actor;
  };
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
