/** The edits that can be made at a line. */
import { type Edit, printEdit, recheck, type Side } from "../../../edits/edit.ts";
import { effectsOf } from "../../../edits/effects.ts";
import { splitStep } from "../../../edits/split-step.ts";
import { walk } from "../../../edits/statements.ts";
import type { StepNode } from "../../../ir/recorder.ts";
import type { ModelBuilder } from "../../../model/model-builder.ts";
import { primitiveNames, primitives } from "../../../model/primitives.ts";
import type { LineName, OfferedEdit } from "../../protocol.ts";
import { isDropped } from "./edited-parts.ts";
import { type Recorded, recordActors, type Subject } from "./recorded-actors.ts";
import { tried } from "./trial.ts";

/**
 * All of them can be made in this scenario on this kernel, and change something there. To keep a line only with a feature
 * is not among them, because on one kernel that is the same as to drop it. Throws an EditError for an edit of the subject
 * that cannot be made.
 */
export function offersFor(
  line: LineName,
  subject: Subject,
  builder: Pick<ModelBuilder, "recordScenario">,
): readonly OfferedEdit[] {
  const recorded = recordActors(subject, builder);
  if (line.kind === "call") {
    const { procedure, label: callee } = line;
    return possible([offer({ kind: "drop-call", procedure, callee }, "Remove the call")], recorded);
  }
  const own = stepsOf(line.procedure, recorded);
  const steps = own.filter(({ node }) => node.label === line.label);
  const labels = [...new Set(own.map(({ node }) => node.label))];
  const effects = new Set(steps.flatMap(({ node, actor }) => effectsOf(node.body, actor)));
  return possible(
    [
      ...drops(line, [...effects], steps),
      ...moves(line, labels),
      ...insertions(line),
      ...splits(line, [...effects], steps),
      ...conditions(line),
    ],
    recorded,
  );
}

interface OwnStep {
  readonly node: StepNode;
  readonly actor: string;
}

function stepsOf(procedure: string, recorded: readonly Recorded[]): readonly OwnStep[] {
  return recorded
    .flatMap(({ activations }) => activations)
    .filter((activation) => activation.procedure === procedure)
    .flatMap(({ actor, parts }) =>
      parts.flatMap((part) => (part.node.kind === "step" && !isDropped(part) ? [{ node: part.node, actor }] : [])),
    );
}

interface Candidate {
  readonly edit: Edit;
  readonly offer: OfferedEdit;
}

function offer(edit: Edit, title: string, more: Partial<Pick<OfferedEdit, "note" | "place">> = {}): Candidate {
  const effect = "effect" in edit ? edit.effect : undefined;
  return { edit, offer: { kind: edit.kind, title, note: more.note, edit: printEdit(edit), place: more.place, effect } };
}

/** Of several moves with the same result, the first one. */
function possible(candidates: readonly Candidate[], recorded: readonly Recorded[]): readonly OfferedEdit[] {
  const moves = new Set<string>();
  return candidates.flatMap(({ edit, offer: offered }) => {
    const result = tried(edit, recorded);
    if (result === undefined) return [];
    if (edit.kind !== "move") return [offered];
    if (moves.has(result)) return [];
    moves.add(result);
    return [offered];
  });
}

const sides: readonly Side[] = ["before", "after"];

function drops(step: LineName, effects: readonly string[], own: readonly OwnStep[]): readonly Candidate[] {
  const note = own.some(({ node }) => decides(node))
    ? withoutDecision
    : "The step does nothing, and what follows it runs.";
  return [
    ...effects.map((effect) => offer({ kind: "drop-effect", step, effect }, `Remove only: ${effect}`)),
    offer({ kind: "drop", step }, "Remove the whole step", { note }),
  ];
}

const withoutDecision =
  "The step does nothing, and what follows it runs as if the step had found nothing out: a trylock that is gone falls through to what the code does if the lock is taken.";

/** Whether later lines depend on what the step finds. */
function decides({ body }: StepNode): boolean {
  let found = false;
  walk(body, (statement) => {
    found ||= statement.op === "jump" || (statement.op === "assign" && statement.target.variable.actor !== undefined);
  });
  return found;
}

function moves(step: LineName, labels: readonly string[]): readonly Candidate[] {
  return labels
    .filter((label) => label !== step.label)
    .flatMap((label) =>
      sides.map((side) => offer({ kind: "move", step, side, label }, `${side} ${label}`, { place: { side, label } })),
    );
}

function insertions(step: LineName): readonly Candidate[] {
  return sides.flatMap((side) =>
    primitiveNames.map((primitive) =>
      offer({ kind: "insert", primitive, side, step }, primitive, {
        note: primitives[primitive].note,
        place: { side, label: step.label },
      }),
    ),
  );
}

/** A split with nothing before it is the step as it was. */
function splits(step: LineName, effects: readonly string[], own: readonly OwnStep[]): readonly Candidate[] {
  const isSplit = (effect: string): boolean =>
    own.some(({ node, actor }) => {
      const parts = splitStep(node.body, effect, actor, node.label);
      return parts !== undefined && parts.first.length > 0;
    });
  return effects.filter(isSplit).map((effect) =>
    offer({ kind: "split", step, effect }, `Split before ${effect}`, {
      note: "Other actors can run between the two parts.",
    }),
  );
}

function conditions(step: LineName): readonly Candidate[] {
  return [
    offer({ kind: "recheck", step }, `Do it only after ${recheck}`, {
      note: "The step does nothing unless the page-table entry still refers to the page.",
    }),
  ];
}
