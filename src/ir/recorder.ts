/**
 * The authoring side of the step language. A procedure is a TypeScript function that runs once for each call site and
 * records its steps. Calls are expanded in place, so a location knows its whole call stack, and the state needs no
 * stack. Between steps, control flow costs nothing and may read only the actor's own registers. Inside a step,
 * everything happens at once.
 */
import { and, constant, type Expr, isConstant, lift, load, not, type Operand } from "./expression.ts";
import { failAt } from "./model-error.ts";
import type { Frame, Source } from "./program.ts";
import type { Outcome, Target } from "./statement.ts";
import { bool, rangeOf, type ValueType } from "./types.ts";
import { type Variable, variable } from "./variable.ts";
import { partsOf } from "./visit.ts";

/** A kernel function (or one of the hardware or a driver) as data: its name, its file, and its result type. */
export interface Procedure<Params> {
  readonly name: string;
  readonly source: Source;
  /** The type of the result; a function if it depends on the parameters. */
  readonly returns: ValueType | ((params: Params) => ValueType) | undefined;
  readonly record: (k: Recorder, params: Params) => void;
}

export function procedure<Params>(
  name: string,
  about: { readonly file: string; readonly returns?: ValueType | ((params: Params) => ValueType) },
  record: (k: Recorder, params: Params) => void,
): Procedure<Params> {
  return { name, source: { file: about.file, function: name }, returns: about.returns, record };
}

/** What a step records: the statements of the flat program, except that jumps still go to places in the source. */
export type RecordedStatement =
  | { readonly op: "assign"; readonly target: Target; readonly value: Expr }
  | {
      readonly op: "if";
      readonly condition: Expr;
      readonly then: RecordedStatement[];
      readonly otherwise: RecordedStatement[];
    }
  | { readonly op: "await"; readonly condition: Expr }
  | {
      readonly op: "choose";
      readonly alternatives: readonly {
        readonly name: string;
        readonly body: RecordedStatement[];
        readonly finitelyOften?: true;
      }[];
    }
  | { readonly op: "assert"; readonly condition: Expr; readonly property: string; readonly message: string }
  | { readonly op: "emit"; readonly event: string; readonly args: Readonly<Record<string, Expr>> }
  | Outcome
  | { readonly op: "jump"; readonly jump: Jump };

export type Jump =
  | { readonly kind: "break" | "continue"; readonly loop: LoopNode }
  | { readonly kind: "return"; readonly call: CallNode; readonly value: Expr | undefined };

export interface StepNode {
  readonly kind: "step";
  readonly label: string;
  readonly note: string;
  readonly stack: readonly Frame[];
  readonly operation: string;
  readonly body: RecordedStatement[];
}
export interface LoopNode {
  readonly kind: "loop";
  /** The procedure in which the step stands. */
  readonly procedure: string;
  readonly body: Node[];
}
export interface CallNode {
  readonly kind: "call";
  /** The procedure called. */
  readonly procedure: string;
  readonly body: Node[];
  readonly result: Variable | undefined;
  /** The registers of the activation, which start anew with each activation. */
  readonly registers: Variable[];
}
export type Node =
  | StepNode
  | LoopNode
  | CallNode
  | { readonly kind: "if"; readonly condition: Expr; readonly then: Node[]; readonly otherwise: Node[] }
  | { readonly kind: "jump"; readonly jump: Jump }
  | { readonly kind: "assign"; readonly target: Target; readonly value: Expr };

export interface Recorder {
  /** The actor that runs this code. */
  readonly actor: string;
  /** A register of this activation; 0 until set. Its type must hold 0. */
  register(name: string, type: ValueType): Expr;
  /**
   * One atomic step. `note` says in one line what the step does. The label is unique in its procedure. Nothing outside
   * may depend on what the body computes: in an outline the body is not run.
   */
  step(label: string, note: string, body: () => void): void;
  /** Names the operation to which the steps belong that `body` records, including the steps of what it calls. */
  operation(text: string, body: () => void): void;
  /** Runs another procedure. Parameters are constants or the actor's registers. Returns its result. */
  call<Params>(callee: Procedure<Params>, params: Params): Expr;
  /** Between steps the condition may read only registers; inside a step, anything. */
  if(condition: Operand, then: () => void, otherwise?: () => void): void;
  loop(body: () => void): void;
  break(): void;
  continue(): void;
  /** Leaves the procedure; inside a step, ends the step as well. */
  return(value?: Operand): void;
  /** Inside a step: not enabled unless true. */
  await(condition: Operand): void;
  /**
   * Assigns to something that `load` or `register` returned. Between steps, only to a register and only from registers.
   */
  set(place: Expr, value: Operand): void;
  /**
   * Inside a step: takes one of the named alternatives. Each may await. A run takes those in `finitelyOften` only a
   * finite number of times (docs/internals/liveness.md).
   */
  choose(alternatives: Readonly<Record<string, () => void>>, finitelyOften?: readonly string[]): void;
  /** Inside a step: the property is violated unless true. */
  assert(condition: Operand, message: string, property?: string): void;
  /** Inside a step: reports an event to the properties. */
  emit(event: string, args: Readonly<Record<string, Operand>>): void;
  /**
   * Inside a step: says what happens when the step goes this way, and what was seen, instead of the step's note:
   * `k.outcome("finds the page lock taken by", owner)`. The values are those at this place. Has no effect on anything.
   */
  outcome(...words: readonly (string | Expr)[]): void;
}

export interface RecordedActor {
  readonly name: string;
  readonly root: CallNode;
  readonly registers: readonly Variable[];
}

interface Activation {
  readonly frame: Frame;
  readonly call: CallNode;
  readonly labels: Set<string>;
  readonly registers: Set<Variable>;
  readonly loops: LoopNode[];
}

const defaultProperty = "kernel-assertions";

/**
 * Records an actor's whole program, starting with `main`. Throws a ModelError on misuse. Without the steps' bodies the
 * result is an outline: it takes a tenth of the time and shows which steps there are.
 */
export function recordActor(
  name: string,
  main: Procedure<undefined>,
  bodies: "recorded" | "left out" = "recorded",
): RecordedActor {
  const registers: Variable[] = [];
  const activations: Activation[] = [];
  let nodes: Node[] = [];
  let operation = "";
  let step: { label: string; statements: RecordedStatement[] } | undefined;

  const current = (): Activation => {
    const activation = activations.at(-1);
    if (activation === undefined) throw new Error("nothing is being recorded");
    return activation;
  };
  const fail = (message: string): never =>
    failAt({ actor: name, procedure: current().frame.procedure, label: step?.label }, message);

  const addStatement = (what: string, statement: RecordedStatement): void => {
    if (step === undefined) return fail(`${what} stands outside any step`);
    if (step.statements.at(-1)?.op === "jump") fail(`${what} stands after the step has ended`);
    step.statements.push(statement);
  };
  const addNode = (node: Node): void => {
    if (nodes.at(-1)?.kind === "jump") fail("nothing is reached after a jump");
    nodes.push(node);
  };
  const insideStatements = (body: () => void): RecordedStatement[] => {
    if (step === undefined) throw new Error("no step is being recorded");
    const outer = step;
    step = { label: outer.label, statements: [] };
    body();
    const { statements } = step;
    step = outer;
    return statements;
  };
  const insideNodes = (body: () => void, into: Node[] = []): Node[] => {
    const outer = nodes;
    nodes = into;
    body();
    nodes = outer;
    return into;
  };

  const checkOwn = (expr: Expr): void => {
    if (expr.op === "const") return;
    if (expr.op === "load" && expr.variable.actor !== undefined && expr.variable.actor !== name)
      fail(`${expr.variable.name} is a register of ${expr.variable.actor}`);
    if (expr.op === "load" && expr.old) fail("only properties read the state before a step");
    if (expr.op === "argument" || expr.op === "step") fail("only properties read events and step names");
    for (const part of partsOf(expr)) checkOwn(part);
  };
  const checkPrivate = (expr: Expr, what: string): void => {
    if (expr.op === "load" && expr.variable.actor === undefined)
      fail(`${what} reads ${expr.variable.name} outside a step; read it into a register first`);
    for (const part of partsOf(expr)) checkPrivate(part, what);
  };
  const lifted = (operand: Operand, like: ValueType | undefined): Expr => {
    try {
      return lift(operand, like);
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
  };
  const own = (operand: Operand, like?: ValueType): Expr => {
    const expr = lifted(operand, like);
    checkOwn(expr);
    return expr;
  };
  const condition = (operand: Operand, what: string): Expr => {
    const expr = own(operand);
    if (rangeOf(expr.type)[0] < 0 || rangeOf(expr.type)[1] > 1) fail(`${what} is not a condition`);
    if (step === undefined) checkPrivate(expr, what);
    return expr;
  };
  const jump = (what: string, to: Jump): void => {
    if (step === undefined) addNode({ kind: "jump", jump: to });
    else addStatement(what, { op: "jump", jump: to });
  };
  const innermostLoop = (what: string): LoopNode => current().loops.at(-1) ?? fail(`${what} stands outside any loop`);

  const activate = <Params>(callee: Procedure<Params>, params: Params, call: CallNode): void => {
    if (
      activations.some(
        (activation) =>
          activation.frame.procedure === callee.name && activation.frame.source.file === callee.source.file,
      )
    )
      fail(`${callee.name} calls itself; calls are expanded in place and cannot recurse`);
    const frame = { procedure: callee.name, source: callee.source };
    activations.push({ frame, call, labels: new Set(), registers: new Set(), loops: [] });
    insideNodes(() => callee.record(recorder, params), call.body);
    activations.pop();
  };

  const recorder: Recorder = {
    actor: name,
    register(registerName, type) {
      if (rangeOf(type)[0] > 0 || rangeOf(type)[1] < 0) fail(`the register ${registerName} cannot hold 0`);
      const made = variable(`${current().frame.procedure}.${registerName}`, type, { actor: name });
      registers.push(made);
      current().registers.add(made);
      current().call.registers.push(made);
      return load(made);
    },
    step(label, note, body) {
      if (step !== undefined) return fail(`step "${label}" stands inside another step`);
      if (current().labels.has(label)) fail(`the label "${label}" stands twice`);
      current().labels.add(label);
      step = { label, statements: [] };
      if (bodies === "recorded") body();
      const stack = activations.map((activation) => activation.frame);
      const node: StepNode = { kind: "step", label, note, stack, operation, body: step.statements };
      step = undefined;
      addNode(node);
    },
    operation(text, body) {
      const outer = operation;
      operation = text;
      body();
      operation = outer;
    },
    call(callee, params) {
      if (step !== undefined) return fail(`${callee.name} is called inside a step`);
      for (const value of isExpr(params) ? [params] : Object.values((params ?? {}) as Record<string, unknown>)) {
        if (isExpr(value)) {
          checkOwn(value);
          checkPrivate(value, `the call of ${callee.name}`);
        }
      }
      const returns = typeof callee.returns === "function" ? callee.returns(params) : callee.returns;
      const result = returns === undefined ? undefined : recorder.register(callee.name, returns);
      const node: CallNode = {
        kind: "call",
        procedure: callee.name,
        body: [],
        result: result?.op === "load" ? result.variable : undefined,
        registers: [],
      };
      addNode(node);
      activate(callee, params, node);
      return result ?? constant(0, bool);
    },
    if(test, then, otherwise = () => {}) {
      const expr = condition(test, "if");
      if (isConstant(expr)) return expr.value !== 0 ? then() : otherwise();
      if (step === undefined) {
        const node: Node = { kind: "if", condition: expr, then: insideNodes(then), otherwise: insideNodes(otherwise) };
        return addNode(node);
      }
      const [whenTrue, whenFalse] = [insideStatements(then), insideStatements(otherwise)];
      // A branch in which steps only speak must not become part of what they do.
      const said = [...onlySaid(whenTrue, expr), ...onlySaid(whenFalse, not(expr))];
      if (said.length > 0 && said.length === whenTrue.length + whenFalse.length)
        for (const outcome of said) addStatement("outcome", outcome);
      else addStatement("if", { op: "if", condition: expr, then: whenTrue, otherwise: whenFalse });
    },
    loop(body) {
      if (step !== undefined) return fail("a loop stands inside a step");
      const node: LoopNode = { kind: "loop", procedure: current().frame.procedure, body: [] };
      addNode(node);
      current().loops.push(node);
      insideNodes(body, node.body);
      current().loops.pop();
    },
    break() {
      jump("break", { kind: "break", loop: innermostLoop("break") });
    },
    continue() {
      jump("continue", { kind: "continue", loop: innermostLoop("continue") });
    },
    return(value) {
      const { call } = current();
      if ((value === undefined) !== (call.result === undefined))
        fail(value === undefined ? "a value must be returned" : "no value can be returned");
      const expr = value === undefined ? undefined : own(value, call.result?.type);
      if (expr !== undefined && step === undefined) checkPrivate(expr, "return");
      jump("return", { kind: "return", call, value: expr });
    },
    await(test) {
      addStatement("await", { op: "await", condition: condition(test, "await") });
    },
    set(place, value) {
      if (place.op !== "load" || place.old) return fail("only a variable's element can be assigned");
      checkOwn(place);
      const target = place.variable;
      if (target.actor !== undefined && !current().registers.has(target))
        fail(`${target.name} belongs to another activation; a procedure assigns only its own registers`);
      const expr = own(value, target.type);
      const [min, max] = rangeOf(target.type);
      if (isConstant(expr) && (expr.value < min || expr.value > max))
        fail(`${target.name} takes ${min}..${max}, not ${expr.value}`);
      if (isConstant(place.index) && (place.index.value < 0 || place.index.value >= target.size))
        fail(`${target.name} has ${target.size} elements; there is no element ${place.index.value}`);
      if (step !== undefined)
        return addStatement("set", { op: "assign", target: { variable: target, index: place.index }, value: expr });
      if (target.actor === undefined) fail(`${target.name} is shared; only a step assigns it`);
      checkPrivate(expr, "set");
      addNode({ kind: "assign", target: { variable: target, index: place.index }, value: expr });
    },
    choose(alternatives, finitelyOften = []) {
      if (step === undefined) return fail("choose stands outside any step");
      const unknown = finitelyOften.find((alternative) => alternatives[alternative] === undefined);
      if (unknown !== undefined) fail(`choose has no alternative "${unknown}"`);
      const recorded = Object.entries(alternatives).map(([alternative, body]) => ({
        name: alternative,
        body: insideStatements(body),
        ...(finitelyOften.includes(alternative) ? { finitelyOften: true as const } : {}),
      }));
      if (recorded.length === 0) fail("choose has no alternative");
      addStatement("choose", { op: "choose", alternatives: recorded });
    },
    assert(test, message, property = defaultProperty) {
      addStatement("assert", { op: "assert", condition: condition(test, "assert"), property, message });
    },
    emit(event, args) {
      const exprs = Object.fromEntries(
        Object.entries(args).map(([arg, value]) => [
          arg,
          typeof value === "string" ? fail(`${arg} is a string`) : own(value),
        ]),
      );
      addStatement("emit", { op: "emit", event, args: exprs });
    },
    outcome(...words) {
      for (const word of words) if (typeof word !== "string") checkOwn(word);
      addStatement("outcome", { op: "outcome", when: constant(1, bool), words });
    },
  };

  const root: CallNode = { kind: "call", procedure: main.name, body: [], result: undefined, registers: [] };
  activate(main, undefined, root);
  return { name, root, registers };
}

/** The outcomes among the statements, each said only if the condition is true as well. */
function onlySaid(statements: readonly RecordedStatement[], condition: Expr): readonly Outcome[] {
  return statements.flatMap((statement) =>
    statement.op === "outcome" ? [{ ...statement, when: and(condition, statement.when) }] : [],
  );
}

function isExpr(value: unknown): value is Expr {
  return typeof value === "object" && value !== null && "op" in value && "type" in value;
}
