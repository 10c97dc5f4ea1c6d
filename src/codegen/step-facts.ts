/**
 * What a step depends on and what it changes, as facts about a state: the value of a slot; and, since a place is mostly
 * asked about like that ("has it finished?"), whether an actor rests at a location.
 */
import type { Expr } from "../ir/expression.ts";
import type { Actor, Location, Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import type { Variable } from "../ir/variable.ts";
import { allStatements, expressionsOf, partsOf } from "../ir/walk.ts";
import { intersects, slotsWritten } from "./footprint.ts";

/** Numbers of slots (but for those of places), and above them one number for each location. */
export type Facts = ReadonlySet<number>;

export interface StepFacts {
  readonly location: Location;
  /** What decides whether the step is enabled, what it does, and how that is judged. */
  readonly reads: Facts;
  readonly writes: Facts;
  /** Ids of locations. */
  readonly targets: ReadonlySet<number>;
  /** Checks of states, by number, that the step can make true or false, or put to the test. */
  readonly judged: Facts;
}

/** By location. */
export function stepFacts(program: Program, properties: readonly Property[]): readonly StepFacts[] {
  const checks = properties.flatMap(({ name, checks: own }) => own.map((check) => ({ name, check })));
  const asserted = new Set(
    checks.flatMap(({ name, check }) =>
      check.kind === "assertion" ? [name] : check.kind === "passed" ? [check.property] : [],
    ),
  );
  const ofSteps = checks.flatMap(({ check }) =>
    check.kind === "step" ? [{ event: check.event, reads: factsRead(program, [check.premise, check.condition]) }] : [],
  );
  const ofStates = checks.flatMap(({ check }) =>
    check.kind === "state"
      ? [{ premise: check.premise, reads: factsRead(program, [check.premise, check.condition]) }]
      : [],
  );
  const heard = new Set(ofSteps.map(({ event }) => event));

  return program.locations.map((location): StepFacts => {
    const actor = actorOf(program, location);
    const statements = [...allStatements(location.body)];
    const targets = new Set(statements.flatMap((statement) => (statement.op === "goto" ? [statement.location] : [])));
    const reads = new Set<number>();
    for (const statement of statements) {
      if (statement.op === "assert" && !asserted.has(statement.property)) continue;
      if (statement.op === "emit" && !heard.has(statement.event)) continue;
      for (const fact of factsRead(program, expressionsOf(statement))) reads.add(fact);
    }
    const emitted = new Set(statements.map((statement) => (statement.op === "emit" ? statement.event : undefined)));
    for (const { event, reads: judging } of ofSteps) {
      const occurs = event === undefined ? location.body.length > 0 : emitted.has(event);
      if (occurs) for (const fact of judging) reads.add(fact);
    }

    const places = location.body.length === 0 ? [] : [location.id, ...targets];
    const writes = new Set(places.map((place) => placeFact(program, place)));
    for (const slot of slotsWritten(program, location)) if (slot !== program.slotOf.get(actor.pc)) writes.add(slot);
    const judged = [...ofStates.keys()].filter((number) => {
      const check = ofStates[number];
      if (check === undefined || !intersects(writes, check.reads)) return false;
      return !places.every((place) => isFalseAt(actor, place, check.premise));
    });
    return { location, reads, writes, targets, judged: new Set(judged) };
  });
}

function actorOf({ actors }: Program, { id, actor }: Location): Actor {
  const found = actors[actor];
  if (found === undefined) throw new Error(`location ${id} belongs to no actor`);
  return found;
}

function placeFact({ slots }: Program, location: number): number {
  return slots.length + location;
}

function factsRead(program: Program, exprs: readonly (Expr | undefined)[]): Facts {
  const facts = new Set<number>();
  const seen = new Set<Expr>();
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    const asked = placeAskedFor(program, expr);
    if (asked !== undefined) facts.add(placeFact(program, asked));
    else {
      if (expr.op === "load") for (const fact of factsLoaded(program, expr.variable, expr.index)) facts.add(fact);
      for (const part of partsOf(expr)) visit(part);
    }
  };
  for (const expr of exprs) if (expr !== undefined) visit(expr);
  return facts;
}

/** The location, where the expression asks whether an actor rests there. */
function placeAskedFor({ actors }: Program, expr: Expr): number | undefined {
  if (expr.op !== "binary" || (expr.operator !== "==" && expr.operator !== "!=")) return undefined;
  const { left, right } = expr;
  if (left.op !== "load" || right.op !== "const") return undefined;
  const actor = actors.find(({ pc }) => pc === left.variable);
  return actor === undefined || right.value < 0 || right.value >= actor.count ? undefined : actor.first + right.value;
}

/** The one element at a known index, all of them where it is computed. */
function factsLoaded(program: Program, variable: Variable, index: Expr): readonly number[] {
  const actor = program.actors.find(({ pc }) => pc === variable);
  if (actor !== undefined) return Array.from({ length: actor.count }, (_, i) => placeFact(program, actor.first + i));
  const first = program.slotOf.get(variable);
  if (first === undefined) throw new Error(`${variable.name} has no slot`);
  if (index.op !== "const") return Array.from({ length: variable.size }, (_, element) => first + element);
  return index.value >= 0 && index.value < variable.size ? [first + index.value] : [];
}

/** Whether the actor's resting at the location is enough to make the expression false. */
function isFalseAt(actor: Actor, place: number, expr: Expr | undefined): boolean {
  return expr !== undefined && truthAt(actor, place - actor.first, expr) === false;
}

function truthAt(actor: Actor, place: number, expr: Expr): boolean | undefined {
  if (expr.op === "not") {
    const value = truthAt(actor, place, expr.value);
    return value === undefined ? undefined : !value;
  }
  if (expr.op !== "binary") return undefined;
  const { left, right, operator } = expr;
  switch (operator) {
    case "==":
    case "!=":
      if (left.op !== "load" || left.old || left.variable !== actor.pc || right.op !== "const") return undefined;
      return (right.value === place) === (operator === "==");
    case "and":
    case "or": {
      const decides = operator === "or";
      const sides = [truthAt(actor, place, left), truthAt(actor, place, right)];
      if (sides.includes(decides)) return decides;
      return sides.includes(undefined) ? undefined : !decides;
    }
    default:
      return undefined;
  }
}
