import { isLegal, type Role, type ValueType } from "./types.ts";

/** One axis of an array variable, with a name for each position (pages `P0`, `P1`; processes `parent`, `child`). */
export interface Dimension {
  readonly name: string;
  readonly labels: readonly string[];
  /** Which positions are those of elements of scalarsets. */
  readonly roles?: readonly Role[];
}

/** A variable of the state: a scalar (no dimensions) or an array in row-major order. */
export interface Variable {
  readonly name: string;
  readonly type: ValueType;
  readonly dimensions: readonly Dimension[];
  /** Number of elements; 1 for a scalar. */
  readonly size: number;
  /** The initial value of each element. */
  readonly initial: readonly number[];
  /** Only properties read a ghost; no step's outcome depends on it. */
  readonly ghost: boolean;
  /** A register belongs to one actor and is reset where it is dead (symmetry.ts: `restingValue`); undefined for shared state. */
  readonly actor: string | undefined;
}

export interface VariableOptions {
  readonly dimensions?: readonly Dimension[];
  /** One value for all elements, or one for each. */
  readonly initial?: number | readonly number[];
  readonly ghost?: boolean;
  readonly actor?: string;
}

/** Declares a variable. Throws a RangeError where an initial value is illegal. */
export function variable(name: string, type: ValueType, options: VariableOptions = {}): Variable {
  const dimensions = options.dimensions ?? [];
  const size = dimensions.reduce((n, dimension) => n * dimension.labels.length, 1);
  const given = options.initial ?? 0;
  const initial = typeof given === "number" ? new Array<number>(size).fill(given) : [...given];
  if (initial.length !== size) throw new RangeError(`${name} has ${size} elements, not ${initial.length}`);
  for (const value of initial) {
    if (!isLegal(type, value)) throw new RangeError(`${name} cannot start as ${value}`);
  }
  return { name, type, dimensions, size, initial, ghost: options.ghost ?? false, actor: options.actor };
}

/** The name of one element, as traces print it: `pte[parent][buf[0]]`. */
export function elementName(of: Variable, element: number): string {
  let rest = element;
  let suffix = "";
  for (const dimension of [...of.dimensions].reverse()) {
    const size = dimension.labels.length;
    suffix = `[${dimension.labels[rest % size] ?? "?"}]${suffix}`;
    rest = Math.floor(rest / size);
  }
  return of.name + suffix;
}
