/** Saves the values that a step changes: for properties that compare, and to restore them if the step violates one. */
import { at } from "../../ir/lookup.ts";
import type { Location } from "../../ir/program.ts";
import type { Variable } from "../../ir/variable.ts";
import { allStatements } from "../../ir/visit.ts";
import type { Cell } from "./names.ts";
import type { PromelaContext } from "./promela-context.ts";

/** The names of the saved copies of the variables that any of the steps changes. */
export type Saved = ReadonlyMap<Cell, string>;

export function saveWritten(
  { program, names, scratch, typeOf }: PromelaContext,
  locations: readonly Location[],
): Saved {
  const written = new Set<Variable>();
  for (const { actor, body } of locations) {
    for (const statement of allStatements(body)) if (statement.op === "assign") written.add(statement.target.variable);
    written.add(at(program.actors, actor).pc);
  }
  const cells = new Set([...written].map(names.cellOf));
  return new Map(
    [...cells].map((cell) => {
      const type = typeOf(cell);
      return [cell, scratch.use(`old_${cell.name}`, type === "bit" ? "byte" : type, { size: cell.size })];
    }),
  );
}

export function copies(saved: Saved, copy: (now: string, old: string) => string): readonly string[] {
  return [...saved].flatMap(([{ name, size }, old]) =>
    size === 1 ? [copy(name, old)] : Array.from({ length: size }, (_, i) => copy(`${name}[${i}]`, `${old}[${i}]`)),
  );
}
