/** Steps with and without what they say about how they went. */
import type { Outcome, Statement } from "./statement.ts";
import type { Variable } from "./variable.ts";
import { bodiesOf, sharedIfSame, variablesIn, withBodies } from "./visit.ts";

type Telling<Place extends number> = readonly Statement<Place, Outcome>[];

/** The same step without words. Whatever contains none is shared with the original. */
export function withoutOutcomes<Place extends number>(statements: Telling<Place>): readonly Statement<Place>[] {
  const silent: Statement<Place>[] = [];
  for (const statement of statements) {
    if (statement.op === "outcome") continue;
    const bodies = bodiesOf(statement).map(withoutOutcomes);
    silent.push(withBodies(statement as Statement<Place>, bodies));
  }
  return sharedIfSame(silent, statements);
}

/**
 * Leaves out outcomes that read a register which holds nothing at that place: its slot may belong to another register.
 * `known`: the registers that hold a value when the step begins. An edit of the model can make a register idle that
 * an outcome reads.
 */
export function withoutIdleReads<Place extends number>(
  statements: Telling<Place>,
  known: ReadonlySet<Variable>,
): Telling<Place> {
  const set = new Set(known);
  const isKnown = (variable: Variable) => variable.actor === undefined || set.has(variable);
  const telling: Statement<Place, Outcome>[] = [];
  for (const statement of statements) {
    if (statement.op === "outcome") {
      const said = [statement.when, ...statement.words];
      if (!said.every((word) => typeof word === "string" || variablesIn(word).every(isKnown))) continue;
    }
    if (statement.op === "assign") set.add(statement.target.variable);
    const bodies = bodiesOf(statement).map((body) => withoutIdleReads(body, set));
    telling.push(withBodies(statement, bodies));
  }
  return sharedIfSame(telling, statements);
}
