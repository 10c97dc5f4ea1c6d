/**
 * Turns a recorded actor into locations. Each step becomes one location. Code between two steps (branches on registers,
 * loops, returns) becomes statements at the end of the first of them, so it takes no step of its own.
 */
import type { Expr } from "./expression.ts";
import { at, entryOf, lastOf } from "./lookup.ts";
import { failAt } from "./model-error.ts";
import type { EventType, Frame, Source } from "./program.ts";
import type { CallNode, Jump, LoopNode, Node, RecordedActor, RecordedStatement, StepNode } from "./recorder.ts";
import { type Outcome, resetOf, type Statement } from "./statement.ts";
import { allStatements, bodiesOf, withBodies } from "./visit.ts";

/** A statement whose `goto`s hold positions in the list of the actor's own locations. */
export type FlatStatement = Statement<number, Outcome>;

/** A location whose `goto`s hold positions in its own actor's list. */
export interface FlatLocation {
  readonly procedure: string;
  readonly label: string;
  readonly note: string;
  readonly source: Source;
  readonly stack: readonly Frame[];
  readonly operation: string;
  readonly body: readonly FlatStatement[];
}

/** The statements that lead from a place in the source to the next location. */
type Arrival = () => FlatStatement[];

/**
 * Returns the actor's locations. The actor starts at the first one. The last one has no body; there the actor has
 * finished.
 */
export function flatten(actor: RecordedActor, events: ReadonlyMap<string, EventType>): readonly FlatLocation[] {
  const steps: StepNode[] = [];
  const arrivalAtStep = new Map<StepNode, number>();
  const afterStep = new Map<StepNode, Arrival>();
  const loopStart = new Map<LoopNode, Arrival>();
  const loopEnd = new Map<LoopNode, Arrival>();
  const afterCall = new Map<CallNode, Arrival>();
  /** Paths that run past the last line of a procedure that returns a value, by where they come from. */
  const fallsOff: { readonly from: number; readonly call: CallNode }[] = [];
  let from = atStart;

  function link(nodes: readonly Node[], after: Arrival): Arrival {
    return nodes.reduceRight<Arrival>((next, node) => linkNode(node, next), after);
  }

  function linkNode(node: Node, after: Arrival): Arrival {
    switch (node.kind) {
      case "step":
        steps.push(node);
        afterStep.set(node, after);
        return () => [{ op: "goto", location: entryOf(arrivalAtStep, node, "the position of a step") }];
      case "if": {
        const otherwise = link(node.otherwise, after);
        const then = link(node.then, after);
        return () => [{ op: "if", condition: node.condition, then: then(), otherwise: otherwise() }];
      }
      case "loop": {
        let arriving = false;
        const start: Arrival = () => {
          if (arriving) failAt({ actor: actor.name, procedure: node.procedure }, "control loops without a step");
          arriving = true;
          const statements = body();
          arriving = false;
          return statements;
        };
        loopStart.set(node, start);
        loopEnd.set(node, after);
        const body = link(node.body, start);
        return start;
      }
      case "call": {
        afterCall.set(node, after);
        const start = link(node.body, () => {
          if (node.result !== undefined) fallsOff.push({ from, call: node });
          return after();
        });
        // An activation's registers keep nothing from an earlier activation. Before the first step all registers hold
        // 0.
        return () => [...(from === atStart ? [] : node.registers.map(resetOf)), ...start()];
      }
      case "jump":
        return () => arrivalAfter(node.jump);
      case "assign":
        return () => [{ op: "assign", target: node.target, value: node.value }, ...after()];
    }
  }

  function arrivalAfter(jump: Jump): FlatStatement[] {
    if (jump.kind === "return") {
      const { result } = jump.call;
      const rest = entryOf(afterCall, jump.call, "the call that a return leaves")();
      if (result === undefined || jump.value === undefined) return rest;
      return [{ op: "assign", target: { variable: result, index: zero }, value: jump.value }, ...rest];
    }
    return entryOf(jump.kind === "break" ? loopEnd : loopStart, jump.loop, "the loop of a jump")();
  }

  function translate(statements: readonly RecordedStatement[], where: StepNode): FlatStatement[] {
    const reached: FlatStatement[] = [];
    for (const statement of statements) {
      reached.push(...translateOne(statement, where));
      if (endsStep(reached)) break;
    }
    return reached;
  }

  function translateOne(statement: RecordedStatement, where: StepNode): FlatStatement[] {
    switch (statement.op) {
      case "jump":
        return arrivalAfter(statement.jump);
      case "if":
        return [
          { ...statement, then: translate(statement.then, where), otherwise: translate(statement.otherwise, where) },
        ];
      case "choose":
        return [
          {
            op: "choose",
            alternatives: statement.alternatives.map((one) => ({ ...one, body: translate(one.body, where) })),
          },
        ];
      case "emit":
        return [{ op: "emit", event: statement.event, args: eventArguments(statement.event, statement.args, where) }];
      default:
        return [statement];
    }
  }

  function eventArguments(event: string, args: Readonly<Record<string, Expr>>, where: StepNode): Expr[] {
    const fail = (message: string): never =>
      failAt({ actor: actor.name, procedure: lastOf(where.stack).procedure, label: where.label }, message);
    const type = events.get(event) ?? fail(`there is no event "${event}"`);
    for (const name of Object.keys(args)) {
      if (!type.parameters.some((parameter) => parameter.name === name)) fail(`${event} has no parameter "${name}"`);
    }
    return type.parameters.map(({ name }) => args[name] ?? fail(`${event} lacks its parameter "${name}"`));
  }

  const start = link([actor.root], () => [{ op: "goto", location: steps.length }]);
  steps.reverse();
  // Steps were linked from the last to the first. The numbers follow the source.
  for (const [position, node] of steps.entries()) arrivalAtStep.set(node, position);

  const locations: FlatLocation[] = steps.map((node, position) => {
    from = position;
    const frame = lastOf(node.stack);
    const own = translate(node.body, node);
    const body = endsStep(own) ? own : [...own, ...entryOf(afterStep, node, "what follows a step")()];
    return {
      procedure: frame.procedure,
      label: node.label,
      note: node.note,
      source: frame.source,
      stack: node.stack,
      operation: node.operation,
      body,
    };
  });
  from = atStart;
  const begin = start();
  const reached = reachedFrom(begin, locations);
  for (const { from: place, call } of fallsOff) {
    if (place !== atStart && !reached.has(place)) continue;
    failAt(
      { actor: actor.name, procedure: call.procedure, label: locations[place]?.label },
      "the procedure can end without returning a value",
    );
  }
  return withStartAndEnd(actor.name, locations, begin);
}

const atStart = -1;

/** Whether every path leaves within the statements, so that nothing after them is ever reached. */
function endsStep(statements: readonly FlatStatement[]): boolean {
  const last = statements.at(-1);
  if (last === undefined) return false;
  return last.op === "goto" || (bodiesOf(last).length > 0 && bodiesOf(last).every(endsStep));
}

/** The positions of the locations that some path through the program reaches. */
function reachedFrom(begin: readonly FlatStatement[], locations: readonly FlatLocation[]): ReadonlySet<number> {
  const reached = new Set<number>();
  const final = locations.length;
  const follow = (statements: readonly FlatStatement[]): void => {
    for (const statement of allStatements(statements)) if (statement.op === "goto") reached.add(statement.location);
  };
  follow(begin);
  // A set's iterator also visits elements that are added meanwhile.
  for (const position of reached) if (position !== final) follow(at(locations, position).body);
  return reached;
}

const zero: Expr = { op: "const", type: { kind: "int", min: 0, max: 0 }, value: 0 };

/** Adds the final location, and a first one if the program does not start at a plain step. */
function withStartAndEnd(
  actor: string,
  locations: readonly FlatLocation[],
  start: readonly FlatStatement[],
): readonly FlatLocation[] {
  const outside = { procedure: actor, source: { file: "", function: actor }, stack: [], operation: "" };
  const end: FlatLocation = { ...outside, label: "finished", note: "has finished", body: [] };
  const [first] = start;
  if (first?.op === "goto" && first.location === 0) return [...locations, end];
  const shift = (statements: readonly FlatStatement[]): FlatStatement[] =>
    statements.map((statement) => {
      if (statement.op === "goto") return { op: "goto", location: statement.location + 1 };
      return withBodies(statement, bodiesOf(statement).map(shift));
    });
  const begin: FlatLocation = { ...outside, label: "start", note: "begins", body: shift(start) };
  return [begin, ...locations.map((location) => ({ ...location, body: shift(location.body) })), end];
}
