/** Finds what can be taken out of a recorded program, and takes it out. */
import { constant } from "../../src/ir/expression.ts";
import type { CallNode, Node, RecordedActor, StepNode } from "../../src/ir/recorder.ts";
import type { Variable } from "../../src/ir/variable.ts";
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
      if (apply(step.body, actor.name) === undefined) continue;
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
  const registers: Variable[] = [];
  /** The step and, before it, what it needs now. */
  const changeStep = (step: StepNode, actor: string): readonly StepNode[] => {
    if (procedureOf(step) !== mutant.procedure || rename(step.label) !== mutant.label) return [step];
    const operator = operatorsFor(step.body).find(({ name }) => name === mutant.without);
    const changed = operator?.apply(step.body, actor);
    if (changed === undefined) return [step];
    const { body, before = [] } = changed;
    Object.assign(step, { body });
    if (before.length === 0) return [step];
    registers.push(...before.map(({ register }) => register));
    const looks = before.map(({ register, value }) => ({
      op: "assign" as const,
      target: { variable: register, index: constant(0) },
      value,
    }));
    return [{ ...step, label: `before ${step.label}`, body: looks }, step];
  };
  // Nodes are changed in place: jumps know the loops and calls that they leave by identity.
  const change = (nodes: Node[], procedure: string, actor: string): void => {
    for (const node of [...nodes]) {
      switch (node.kind) {
        case "step":
          nodes.splice(nodes.indexOf(node), 1, ...changeStep(node, actor));
          break;
        case "loop":
          change(node.body, procedure, actor);
          break;
        case "if":
          change(node.then, procedure, actor);
          change(node.otherwise, procedure, actor);
          break;
        case "call":
          if (mutant.label === undefined && procedure === mutant.procedure && notifierCall.test(node.procedure))
            nodes.splice(nodes.indexOf(node), 1);
          else change(node.body, node.procedure, actor);
          break;
        default:
          break;
      }
    }
  };
  return (actor) => {
    registers.length = 0;
    change(actor.root.body, actor.root.procedure, actor.name);
    return { ...actor, registers: [...actor.registers, ...registers] };
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
