/** Steps with and without what they say about how they went. */
import type { Outcome, Statement } from "./statement.ts";
import type { Variable } from "./variable.ts";
import { bodiesOf, variablesRead, withBodies } from "./visit.ts";

type Telling<Place extends number> = readonly Statement<Place, Outcome>[];

/** The same step without words. Whatever contains none is shared with the original. */
export function withoutOutcomes<Place extends number>(statements: Telling<Place>): readonly Statement<Place>[] {
  const silent = statements.flatMap((statement): readonly Statement<Place>[] => {
    if (statement.op === "outcome") return [];
    const bodies = bodiesOf(statement);
    const without = bodies.map(withoutOutcomes);
    const isSilent = bodies.every((body, position) => body === without[position]);
    return [isSilent ? (statement as Statement<Place>) : withBodies(statement as Statement<Place>, without)];
  });
  const isSilent = silent.length === statements.length && silent.every((one, position) => one === statements[position]);
  return isSilent ? (statements as readonly Statement<Place>[]) : silent;
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
  return statements.flatMap((statement): Telling<Place> => {
    if (statement.op === "outcome") {
      const read = [statement.when, ...statement.words].flatMap((word) =>
        typeof word === "string" ? [] : [...variablesRead(word)],
      );
      return read.every((variable) => variable.actor === undefined || set.has(variable)) ? [statement] : [];
    }
    if (statement.op === "assign") set.add(statement.target.variable);
    const bodies = bodiesOf(statement);
    return bodies.length === 0
      ? [statement]
      : [
          withBodies(
            statement,
            bodies.map((body) => withoutIdleReads(body, set)),
          ),
        ];
  });
}
