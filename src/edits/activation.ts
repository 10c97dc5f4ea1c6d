/** The calls of a procedure in a recorded actor, and what stands in each. */
import { type Expr, isConstant, load } from "../ir/expression.ts";
import type { CallNode, LoopNode, Node, RecordedActor, StepNode } from "../ir/recorder.ts";
import type { Variable } from "../ir/variable.ts";
import { partsOf, variablesRead } from "../ir/visit.ts";
import type { Side } from "./edit.ts";
import { expressionsOf, walk } from "./statements.ts";

/** A node of an activation, with the list that holds it and the loops around it within the activation. */
export interface Spot {
  readonly node: Node;
  readonly list: Node[];
  readonly loops: readonly LoopNode[];
}

/** All calls of the procedure, those within other calls included. */
export function activationsOf(actor: RecordedActor, procedure: string): readonly CallNode[] {
  const found: CallNode[] = [];
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.kind === "if") {
        visit(node.then);
        visit(node.otherwise);
      } else if (node.kind === "loop" || node.kind === "call") {
        if (node.kind === "call" && node.procedure === procedure) found.push(node);
        visit(node.body);
      }
    }
  };
  if (actor.root.procedure === procedure) found.push(actor.root);
  visit(actor.root.body);
  return found;
}

/** The nodes of an activation in the order of the source. Calls are among them, and what stands in these calls is not. */
export function spotsOf(call: CallNode): readonly Spot[] {
  const spots: Spot[] = [];
  const visit = (list: Node[], loops: readonly LoopNode[]): void => {
    for (const node of list) {
      spots.push({ node, list, loops });
      if (node.kind === "if") {
        visit(node.then, loops);
        visit(node.otherwise, loops);
      } else if (node.kind === "loop") visit(node.body, [...loops, node]);
    }
  };
  visit(call.body, []);
  return spots;
}

export interface StepSpot extends Spot {
  readonly node: StepNode;
}

export function isStep(spot: Spot): spot is StepSpot {
  return spot.node.kind === "step";
}

export interface RegisterUse {
  readonly reads: ReadonlySet<Variable>;
  readonly writes: ReadonlySet<Variable>;
}

/** Which registers a node reads and writes. Of a call: all that stands in it. */
export function registersOf(node: Node): RegisterUse {
  const [reads, writes] = [new Set<Variable>(), new Set<Variable>()];
  const read = (expr: Expr): void => {
    for (const variable of variablesRead(expr)) if (variable.actor !== undefined) reads.add(variable);
  };
  const write = (variable: Variable): void => {
    if (variable.actor !== undefined) writes.add(variable);
  };
  const visit = (one: Node): void => {
    switch (one.kind) {
      case "step":
        walk(one.body, (statement) => {
          for (const expr of expressionsOf(statement)) read(expr);
          if (statement.op === "assign") write(statement.target.variable);
        });
        break;
      case "assign":
        read(one.value);
        write(one.target.variable);
        break;
      case "jump":
        if (one.jump.kind === "return" && one.jump.value !== undefined) read(one.jump.value);
        break;
      case "call":
        if (one.result !== undefined) write(one.result);
        for (const inner of one.body) visit(inner);
        break;
      case "if":
        // The nodes in its branches are spots of their own.
        read(one.condition);
        break;
      case "loop":
        break;
    }
  };
  visit(node);
  return { reads, writes };
}

/** Variables with one element for each page. */
const ofPages = new Set(["page_lock", "refcount", "mapcount", "page_dirty", "page_anon", "page_anon_exclusive"]);

/**
 * The page that a step uses: the index by which it looks at a page's lock, reference count or flags. A step that looks at
 * several pages by their numbers, as an allocation does, uses none of them more than the others.
 */
export function pageOf(step: StepNode): Expr | undefined {
  const found: Expr[] = [];
  const see = (name: string, index: Expr): void => {
    if (ofPages.has(name)) found.push(index);
  };
  walk(step.body, (statement) => {
    if (statement.op === "assign") see(statement.target.variable.name, statement.target.index);
    for (const expr of expressionsOf(statement)) eachLoad(expr, see);
  });
  const numbers = new Set(found.flatMap((index) => (isConstant(index) ? [index.value] : [])));
  return numbers.size > 1 ? found.find((index) => !isConstant(index)) : found[0];
}

/** The entries of a page table that a step looks at or writes, each as often as it does. */
export function entriesOfStep(step: StepNode): readonly Expr[] {
  const found: Expr[] = [];
  walk(step.body, (statement) => {
    if (statement.op === "assign" && statement.target.variable.name === "pte")
      found.push(load(statement.target.variable, statement.target.index));
    for (const expr of expressionsOf(statement))
      eachLoad(expr, (name, _, whole) => {
        if (name === "pte") found.push(whole);
      });
  });
  return found;
}

function eachLoad(expr: Expr, see: (variable: string, index: Expr, whole: Expr) => void): void {
  if (expr.op === "load") see(expr.variable.name, expr.index, expr);
  for (const part of partsOf(expr)) eachLoad(part, see);
}

/** Puts a node beside another one. */
export function place({ list, node }: Spot, added: Node, side: Side): void {
  list.splice(list.indexOf(node) + (side === "after" ? 1 : 0), 0, added);
}
