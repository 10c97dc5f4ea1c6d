/** The lines of the model that can be taken away: the effects of steps (src/edits/effects.ts), and calls of the notifier. */
import type { Edit } from "../edits/edit.ts";
import type { Rename } from "../edits/edit-work.ts";
import { lastOf } from "../ir/lookup.ts";
import { stepsOf } from "../ir/recorded-steps.ts";
import type { RecordedActor, StepNode } from "../ir/recorder.ts";
import { lineEffectsOf } from "./line-effects.ts";

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

/** The line of the call to the procedure in which a step stands; undefined if this is no call of the notifier. */
export function lineOfCallTo({ stack }: StepNode): Line | undefined {
  const [caller, callee] = stack.slice(-2);
  return caller && callee && lineOfCall(caller.procedure, callee.procedure);
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
  return stepsOf(actor).flatMap((step): readonly Site[] => {
    const { procedure } = lastOf(step.stack);
    const effects = lineEffectsOf(step.body, actor.name);
    const own = effects.map((effect) => ({
      line: lineOfStep(procedure, rename(step.label), effect),
      callee: undefined,
      step,
    }));
    const line = lineOfCallTo(step);
    return line === undefined ? own : [...own, { line, callee: procedure, step }];
  });
}

/** The edits that take a line away. `callees`: the procedures that it calls in the scenario. */
export function editsWithout({ procedure, label, effect }: Line, callees: readonly string[]): readonly Edit[] {
  if (label === undefined) return callees.map((callee) => ({ kind: "drop-call", procedure, callee }));
  return [{ kind: "drop-effect", step: { procedure, label }, effect }];
}
