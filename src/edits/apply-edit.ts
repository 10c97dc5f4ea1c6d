/** Applies edits to the recorded program of an actor. */
import { and, constant, type Expr, eq, field, isConstant, ne } from "../ir/expression.ts";
import type { CallNode, LoopNode, Node, RecordedActor, RecordedStatement, StepNode } from "../ir/recorder.ts";
import { bool } from "../ir/types.ts";
import type { Variable } from "../ir/variable.ts";
import type { FeatureName } from "../model/features/catalogue.ts";
import type { PrimitiveName, Surroundings } from "../model/primitives.ts";
import {
  activationsOf,
  entryOfStep,
  isStep,
  pageOf,
  registersOf,
  type Spot,
  type StepSpot,
  spotsOf,
} from "./activation.ts";
import { type Edit, procedureOf, type Side } from "./edit.ts";
import { effectsOf, withoutEffect } from "./effects.ts";
import { splitStep } from "./split-step.ts";
import { edit as editStatements, walk } from "./statements.ts";

/** An edit that names a step and cannot be made there. The message says why. */
export class EditError extends Error {
  override readonly name = "EditError";
  readonly edit: Edit;
  constructor(edit: Edit, message: string) {
    super(message);
    this.edit = edit;
  }
}

/** Turns a label of a scenario into the label that the step has in every scenario. */
type Rename = (label: string) => string;

/** The model whose procedures are edited. */
export interface EditedModel {
  readonly has: (feature: FeatureName) => boolean;
  /** A node that does what the primitive does; undefined if it needs a page and there is none. */
  readonly record: (
    primitive: PrimitiveName,
    surroundings: Surroundings,
  ) => { readonly node: Node; readonly registers: readonly Variable[] } | undefined;
}

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

interface Work {
  readonly edit: Edit;
  readonly actor: string;
  readonly model: EditedModel;
  readonly rename: Rename;
  /** New registers of the actor. */
  readonly registers: Variable[];
  lacking: EditError | undefined;
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

function place({ list, node }: Spot, added: Node, side: Side): void {
  list.splice(list.indexOf(node) + (side === "after" ? 1 : 0), 0, added);
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
  const made = { ...node, body };
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

function assign(variable: Variable, value: Expr): RecordedStatement {
  return { op: "assign", target: { variable, index: constant(0) }, value };
}

function insert(work: Work, call: CallNode, target: StepSpot, side: Side): void {
  const { edit, model } = work;
  if (edit.kind !== "insert") return;
  const nearest = nearestFirst(call, target, side);
  const page = nearest.map(pageOf).find((found) => found !== undefined);
  const entry = nearest.map(entryOfStep).find((found) => found !== undefined);
  const position = entry?.op === "load" && isConstant(entry.index) ? entry.index.value : undefined;
  const recorded = model.record(edit.primitive, { page, entry: position });
  if (recorded === undefined)
    throw new EditError(edit, `${edit.primitive} needs a page, and no step of ${edit.step.procedure} uses one`);
  work.registers.push(...recorded.registers);
  const labels = new Set(spotsOf(call).flatMap(({ node }) => (node.kind === "step" ? [node.label] : [])));
  place(target, asPartOf(recorded.node, target.node, labels), side);
  if (recorded.node.kind === "step") returnFromHost(work, recorded.node, call);
}

/** The step waits as before, and then goes on only if the entry still leads to the page. */
function recheckFirst({ edit }: Work, call: CallNode, target: StepSpot): void {
  const nearest = nearestFirst(call, target, "before");
  const page = nearest.map(pageOf).find((found) => found !== undefined);
  const entry = nearest.map(entryOfStep).find((found) => found !== undefined);
  if (page === undefined || entry === undefined)
    throw new EditError(edit, "no step of the procedure goes by a page and a page-table entry");
  if (page.op === "select") throw new EditError(edit, "with large folios the page of an entry cannot be rechecked");
  const { node, list } = target;
  const waits = node.body.findIndex(({ op }) => op !== "await");
  const [first, rest] = [node.body.slice(0, waits), node.body.slice(waits)];
  const condition = and(ne(field(entry, "kind"), "none"), eq(field(entry, "pfn"), page));
  const guarded: RecordedStatement = { op: "if", condition, then: rest, otherwise: [] };
  list.splice(list.indexOf(node), 1, { ...node, body: [...first, guarded] });
}

/** A primitive that gives up leaves the procedure in which it stands, with "false" if that procedure has a result. */
function returnFromHost({ edit }: Work, { body }: StepNode, call: CallNode): void {
  const changed = editStatements(body, (statement) => {
    if (statement.op !== "jump" || statement.jump.kind !== "return") return statement;
    const { result } = call;
    if (result !== undefined && result.type !== bool)
      throw new EditError(edit, `the primitive may leave ${call.procedure}, whose result is more than yes or no`);
    const value = result === undefined ? undefined : constant(0, bool);
    return { op: "jump", jump: { kind: "return", call, value } };
  });
  if (changed !== undefined) body.splice(0, body.length, ...changed);
}

/** The steps of an activation, those that stand nearest to a place first. */
function nearestFirst(call: CallNode, { node }: StepSpot, side: Side): readonly StepNode[] {
  const steps = spotsOf(call).flatMap((spot) => (isStep(spot) ? [spot.node] : []));
  const here = steps.indexOf(node) + (side === "after" ? 0.5 : -0.5);
  return steps
    .map((step, position) => ({ step, distance: Math.abs(position - here) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ step }) => step);
}

/** What was recorded alone, as if the procedure of `host` did it. */
function asPartOf(node: Node, host: StepNode, labels: ReadonlySet<string>): Node {
  const hosted = (step: StepNode): StepNode => ({
    ...step,
    stack: [...host.stack, ...step.stack.slice(1)],
    operation: host.operation,
  });
  if (node.kind === "step") {
    const made = hosted(node);
    let label = made.label;
    for (let number = 2; labels.has(label); number++) label = `${made.label} ${number}`;
    return { ...made, label };
  }
  const visit = (nodes: Node[]): void => {
    for (const [position, inner] of nodes.entries()) {
      if (inner.kind === "step") nodes[position] = hosted(inner);
      else if (inner.kind === "if") {
        visit(inner.then);
        visit(inner.otherwise);
      } else if (inner.kind === "loop" || inner.kind === "call") visit(inner.body);
    }
  };
  if (node.kind === "call") visit(node.body);
  return node;
}

/** A step may not pass a place that sets what it reads, or reads what it sets, and may not leave a loop that it jumps in. */
function checkMove({ edit }: Work, call: CallNode, moved: StepSpot, target: StepSpot, side: Side): void {
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
