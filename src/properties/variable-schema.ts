/** Names for the properties of a program without a schema of its own: each shared variable under its own name. */
import { add, and, ge, lift, load, lt, multiply, type Operand, select } from "../ir/expression.ts";
import type { Schema, SchemaValue } from "../ir/schema.ts";
import { rangeOf } from "../ir/types.ts";
import type { Variable } from "../ir/variable.ts";

/**
 * Dots in a variable's name make records, dimensions make lists, and words are records of their fields. A program with
 * `page.locked` cannot have a variable `page` as well.
 */
export function schemaOfVariables(variables: readonly Variable[]): Schema {
  const shared = variables.filter((variable) => variable.actor === undefined);
  return (old) => fieldsAt("", shared, old);
}

function fieldsAt(prefix: string, variables: readonly Variable[], old: boolean): Readonly<Record<string, SchemaValue>> {
  const fields: Record<string, SchemaValue> = {};
  for (const variable of variables) {
    const [name = "", ...deeper] = variable.name.slice(prefix.length).split(".");
    if (name in fields) {
      if (deeper.length > 0) continue;
      throw new RangeError(`${variable.name} is the name of two things`);
    }
    const path = `${prefix}${name}.`;
    const below = variables.filter((other) => other.name.startsWith(path));
    if (below.length === 0) fields[name] = element(variable, 0, 0, old);
    else if (deeper.length === 0) throw new RangeError(`${variable.name} is a value and a record at once`);
    else fields[name] = { kind: "record", name: `${prefix}${name}`, fields: fieldsAt(path, below, old) };
  }
  return fields;
}

/** The part of the variable below `depth` of its dimensions, whose first element is number `first`. */
function element(variable: Variable, depth: number, first: Operand, old: boolean): SchemaValue {
  const dimension = variable.dimensions[depth];
  if (dimension === undefined) return { kind: "scalar", expr: load(variable, first, old) };
  const { labels } = dimension;
  const stride = variable.dimensions.slice(depth + 1).reduce((size, { labels }) => size * labels.length, 1);
  const at = (position: Operand) =>
    element(variable, depth + 1, add(first, multiply(inside(position, labels.length, variable), stride)), old);
  return { kind: "list", length: labels.length, labels, at };
}

/**
 * A position, or one past the whole variable if the position is outside its own dimension. Without this, a column too
 * far would read the next row. Reading past the variable gives its smallest value, so the schema is total.
 */
function inside(position: Operand, length: number, { size }: Variable): Operand {
  const [min, max] = rangeOf(lift(position).type);
  if (min >= 0 && max < length) return position;
  return select(and(ge(position, 0), lt(position, length)), position, size);
}
