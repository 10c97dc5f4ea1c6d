/** Applies edits to the recorded program of an actor. */

import { constant, type Expr } from "../ir/expression.ts";
import type { CallNode, RecordedActor, RecordedStatement, StepNode } from "../ir/recorder.ts";
import type { Variable } from "../ir/variable.ts";
import { activationsOf, isStep, place, type Spot, type StepSpot, spotsOf } from "./activation.ts";
import { checkMove } from "./check-move.ts";
import { type Edit, procedureOf } from "./edit.ts";
import { EditError, type EditedModel, type Rename, type Work } from "./edit-work.ts";
import { effectsOf, withoutEffect } from "./effects.ts";
import { insert, recheckFirst } from "./insert-step.ts";
import { splitStep } from "./split-step.ts";
import { edit as editStatements } from "./statements.ts";

export interface EditedActor {
  readonly actor: RecordedActor;
  /** For each edit: what it did to this actor. */
  readonly done: readonly Done[];
}

export interface Done {
  /** How many places the edit changed. */
  readonly places: number;
  /** If a step that the edit names lacks the effect that it names. Another call of the procedure may have it. */
  readonly lacking: EditError | undefined;
}

/**
 * Applies the edits in order. Nodes are changed in place, because jumps know the loops and calls that they leave by
 * identity. Throws an EditError for an edit that cannot be made where it names a step.
 */
export function editActor(
  actor: RecordedActor,
  edits: readonly Edit[],
  model: EditedModel,
  rename: Rename = (label) => label,
): EditedActor {
  const registers: Variable[] = [];
  const done = edits.map((edit): Done => {
    const work: Work = { edit, actor: actor.name, model, rename, registers, lacking: undefined };
    const places = activationsOf(actor, procedureOf(edit)).reduce((sum, call) => sum + editActivation(work, call), 0);
    return { places, lacking: work.lacking };
  });
  return { actor: { ...actor, registers: [...actor.registers, ...registers] }, done };
}

function editActivation(work: Work, call: CallNode): number {
  const { edit } = work;
  if (edit.kind === "drop-call") return dropCalls(call, edit.callee);
  const found = stepsNamed(work, call, edit.step.label);
  if (edit.kind === "only" && work.model.has(edit.feature) === edit.on) return 0;
  if (edit.kind === "drop-effect" || edit.kind === "split") return changeSteps(work, found, edit.effect);
  const targets = edit.kind === "move" || edit.kind === "swap" ? targetsOf(work, call, found, edit.label) : [];
  for (const [position, spot] of found.entries()) editStep(work, call, spot, targets[position]);
  return edit.kind === "move" || edit.kind === "swap" ? targets.length : found.length;
}

/** `target`: the other step of a move or a swap, if the activation has it. */
function editStep(work: Work, call: CallNode, spot: StepSpot, target: StepSpot | undefined): void {
  const { edit } = work;
  switch (edit.kind) {
    case "drop":
    case "only":
      return remove(spot);
    case "recheck":
      return recheckFirst(work, call, spot);
    case "insert":
      return insert(work, call, spot, edit.side);
    case "move":
      if (target === undefined) return;
      checkMove(work, call, spot, target, edit.side);
      remove(spot);
      return place(target, spot.node, edit.side);
    case "swap": {
      if (target === undefined) return;
      checkMove(work, call, spot, target, "after");
      checkMove(work, call, target, spot, "before");
      const [first, second] = [spot.list.indexOf(spot.node), target.list.indexOf(target.node)];
      spot.list[first] = target.node;
      target.list[second] = spot.node;
      return;
    }
  }
}

/** Steps for each address have one name in every scenario, and all of them are meant. */
function stepsNamed({ rename }: Work, call: CallNode, label: string): readonly StepSpot[] {
  const steps = spotsOf(call).filter(isStep);
  const exact = steps.filter(({ node }) => node.label === label);
  return exact.length > 0 ? exact : steps.filter(({ node }) => rename(node.label) === rename(label));
}

/** For each step that moves, the step beside which it goes: its own one if there are as many of them, or the only one. */
function targetsOf(work: Work, call: CallNode, moved: readonly StepSpot[], label: string): readonly StepSpot[] {
  const targets = stepsNamed(work, call, label);
  if (targets.length === moved.length || targets.length === 0) return targets;
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return moved.map(() => only);
  throw new EditError(work.edit, `there are ${moved.length} such steps, and ${targets.length} steps "${label}"`);
}

/** Takes an effect away or splits before it, in those of the steps that have it. */
function changeSteps(work: Work, found: readonly StepSpot[], effect: string): number {
  const change = work.edit.kind === "split" ? split : dropEffect;
  const changed = found.filter((spot) => change(work, spot, effect)).length;
  const [first] = found;
  if (changed === 0 && first !== undefined) work.lacking = hasNoEffect(work, first.node, effect);
  return changed;
}

function remove({ list, node }: Spot): void {
  list.splice(list.indexOf(node), 1);
}

function dropCalls(call: CallNode, callee: string): number {
  const calls = spotsOf(call).filter(({ node }) => node.kind === "call" && node.procedure === callee);
  for (const spot of calls) remove(spot);
  return calls.length;
}

function dropEffect(work: Work, { node, list }: StepSpot, effect: string): boolean {
  const changed = withoutEffect(node.body, effect, work.actor);
  if (changed === undefined) return false;
  const { body, before = [] } = changed;
  // What the step says about how it went may not be true without the effect.
  const made = { ...node, body: editStatements(body, withoutWords) ?? body };
  const looks = before.map(({ register, value }) => assign(register, value));
  work.registers.push(...before.map(({ register }) => register));
  const earlier = looks.length === 0 ? [] : [{ ...node, label: `before ${node.label}`, body: looks }];
  list.splice(list.indexOf(node), 1, ...earlier, made);
  return true;
}

function split(work: Work, { node, list }: StepSpot, effect: string): boolean {
  const parts = splitStep(node.body, effect, work.actor, `${node.label} (taken)`);
  if (parts === undefined) return false;
  const { first, second, registers } = parts;
  work.registers.push(...registers);
  const made = [
    { ...node, label: `${node.label} (1)`, body: first },
    { ...node, label: `${node.label} (2)`, body: second },
  ];
  list.splice(list.indexOf(node), 1, ...made);
  return true;
}

function hasNoEffect({ edit, actor }: Work, node: StepNode, effect: string): EditError {
  const effects = effectsOf(node.body, actor);
  const has = effects.length === 0 ? "it has none that can be taken away" : `it has ${effects.join(", ")}`;
  return new EditError(edit, `the step "${node.label}" has no effect "${effect}"; ${has}`);
}

function withoutWords(statement: RecordedStatement): RecordedStatement | undefined {
  return statement.op === "outcome" ? undefined : statement;
}

function assign(variable: Variable, value: Expr): RecordedStatement {
  return { op: "assign", target: { variable, index: constant(0) }, value };
}
