/** What the actors of a scenario run under a kernel, with the edits that are chosen. */
import type { CheckTarget } from "../../../check/check-request.ts";
import type { Edit } from "../../../edits/edit.ts";
import { changeOf } from "../../../edits/edit-model.ts";
import { stepsOf } from "../../../ir/recorded-steps.ts";
import type { CallNode, Node, RecordedActor } from "../../../ir/recorder.ts";
import { featuresOf } from "../../../model/features/catalogue.ts";
import type { Context } from "../../../model/machine/context.ts";
import type { ModelBuilder } from "../../../model/model-builder.ts";
import { anonymiser } from "../../../model/scenario/anonymous-labels.ts";
import { nodesOf, type Part, partsAfter } from "./edited-parts.ts";

/** A scenario under one kernel. */
export type Subject = Pick<CheckTarget, "spec" | "kernel" | "features">;

/** One call of a procedure. */
export interface Activation {
  readonly procedure: string;
  readonly file: string;
  readonly actor: string;
  readonly parts: readonly Part[];
}

/** An actor's program, in the scenario itself or in one step of `initially`. */
export interface Recorded {
  readonly actor: RecordedActor;
  readonly context: Context;
  /** In the order of the calls. */
  readonly activations: readonly Activation[];
}

/** Throws an EditError for an edit that cannot be made. */
export function recordActors(
  { spec, kernel, features }: Subject,
  { recordScenario }: Pick<ModelBuilder, "recordScenario">,
): readonly Recorded[] {
  const edits = (features.edits ?? []).map(({ edit }) => edit);
  const recorded: Recorded[] = [];
  recordScenario(spec.scenario, featuresOf(kernel, features), (actor, context) => {
    const made = edited(actor, context, edits);
    recorded.push(made);
    return made.actor;
  });
  return recorded;
}

function edited(recorded: RecordedActor, context: Context, edits: readonly Edit[]): Recorded {
  const rename = anonymiser(context.machine.scenario);
  const parts = new Map<CallNode, readonly Part[]>();
  let actor = recorded;
  const follow = (edit: Edit | undefined): void => {
    for (const call of callsOf(actor.root)) {
      const before = parts.get(call);
      if (edit !== undefined && before !== undefined) parts.set(call, partsAfter(before, nodesOf(call), edit, rename));
      else if (before === undefined)
        parts.set(
          call,
          nodesOf(call).map((node) => ({ node, change: undefined })),
        );
    }
  };
  follow(undefined);
  for (const edit of edits) {
    actor = changeOf([edit])(actor, context);
    follow(edit);
  }
  const activations = callsOf(actor.root).flatMap((call): readonly Activation[] => {
    const own = parts.get(call) ?? [];
    const file = fileOf(call.procedure, own);
    return file === undefined ? [] : [{ procedure: call.procedure, file, actor: actor.name, parts: own }];
  });
  return { actor, context, activations };
}

/** Undefined if the procedure has no step in this call. */
function fileOf(procedure: string, parts: readonly Part[]): string | undefined {
  const [step] = parts.flatMap(({ node }) => (node.kind === "step" ? [node] : stepsOf({ root: node })));
  return step?.stack.find((frame) => frame.procedure === procedure)?.source.file;
}

/** A call and all calls in it. */
function callsOf(root: CallNode): readonly CallNode[] {
  const found = [root];
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.kind === "if") {
        visit(node.then);
        visit(node.otherwise);
      } else if (node.kind === "loop") visit(node.body);
      else if (node.kind === "call") found.push(...callsOf(node));
    }
  };
  visit(root.body);
  return found;
}
