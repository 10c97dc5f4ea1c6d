/** New steps, and rechecks in front of steps. */
import { and, constant, type Expr, eq, field, isConstant, ne } from "../ir/expression.ts";
import type { CallNode, Node, RecordedStatement, StepNode } from "../ir/recorder.ts";
import { bool } from "../ir/types.ts";
import { variablesRead } from "../ir/visit.ts";
import { entriesOfStep, isStep, pageOf, place, registersOf, type StepSpot, spotsOf } from "./activation.ts";
import type { Side } from "./edit.ts";
import { EditError, type Work } from "./edit-work.ts";
import { yes } from "./expressions.ts";
import { edit as editStatements } from "./statements.ts";

export function insert(work: Work, call: CallNode, target: StepSpot, side: Side): void {
  const { edit, model } = work;
  if (edit.kind !== "insert") return;
  const nearest = nearestFirst(call, target, side);
  const page = nearest.map(pageOf).find((found) => found !== undefined && isSetBefore(found, call, target, side));
  const recorded = model.record(edit.primitive, { page, entries: positionsOf(nearest.flatMap(entriesOfStep)) });
  if (recorded === undefined)
    throw new EditError(
      edit,
      `${edit.primitive} needs a page, and no step of ${edit.step.procedure} uses one that is known there`,
    );
  work.registers.push(...recorded.registers);
  const labels = new Set(spotsOf(call).flatMap(({ node }) => (node.kind === "step" ? [node.label] : [])));
  place(target, asPartOf(recorded.node, target.node, labels), side);
  if (recorded.node.kind === "step") returnFromHost(work, recorded.node, call);
}

/** Where the entries are in `pte`; none if one of them is not always at the same place. */
function positionsOf(entries: readonly Expr[]): readonly number[] {
  const positions = entries.flatMap((entry) =>
    entry.op === "load" && isConstant(entry.index) ? [entry.index.value] : [],
  );
  return positions.length === entries.length ? positions : [];
}

/** The step waits as before, and then goes on only if the entry still leads to the page. */
export function recheckFirst({ edit }: Work, call: CallNode, target: StepSpot): void {
  const nearest = nearestFirst(call, target, "before");
  const page = nearest.map(pageOf).find((found) => found !== undefined);
  const [entry] = nearest.flatMap(entriesOfStep);
  if (page === undefined || entry === undefined)
    throw new EditError(edit, "no step of the procedure goes by a page and a page-table entry");
  if (page.op === "select") throw new EditError(edit, "with large folios the page of an entry cannot be rechecked");
  const { node, list } = target;
  const acts = node.body.findIndex(({ op }) => op !== "await");
  // A step that only waits does nothing that could be left undone.
  if (acts < 0) return;
  const [first, rest] = [node.body.slice(0, acts), node.body.slice(acts)];
  const condition = and(ne(field(entry, "kind"), "none"), eq(field(entry, "pfn"), page));
  const guarded: RecordedStatement = { op: "if", condition, then: rest, otherwise: [gaveUp] };
  list.splice(list.indexOf(node), 1, { ...node, body: [...first, guarded] });
}

const gaveUp: RecordedStatement = {
  op: "outcome",
  when: yes,
  words: ["finds that the entry no longer refers to the page: does nothing"],
};

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

/** Whether the page is known at a place: no register of it is first set after that place. The caller may have set it. */
function isSetBefore(page: Expr, call: CallNode, { node }: StepSpot, side: Side): boolean {
  const spots = spotsOf(call);
  const place = spots.findIndex((spot) => spot.node === node) + (side === "after" ? 1 : 0);
  return ![...variablesRead(page)].some((register) => {
    const first = spots.findIndex((spot) => registersOf(spot.node).writes.has(register));
    return first >= place;
  });
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
