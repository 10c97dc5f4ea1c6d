import { at } from "./lookup.ts";
import { isLegal, type Role, type ValueType } from "./types.ts";

/** One axis of an array variable, with a name for each position (pages `P0`, `P1`; processes `parent`, `child`). */
export interface Dimension {
  readonly name: string;
  readonly labels: readonly string[];
  /** Which positions belong to elements of scalarsets. */
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
  /** Only properties read a ghost. The result of a step never depends on it. */
  readonly ghost: boolean;
  /** The sentence for a ghost's value other than 0, with {0} and {1} for the positions and {value} for the value. */
  readonly says: string | undefined;
  /**
   * A register belongs to one actor and is reset when it is dead (symmetry.ts: `restingValue`). Undefined for shared
   * state.
   */
  readonly actor: string | undefined;
}

export interface VariableOptions {
  readonly dimensions?: readonly Dimension[];
  /** One value for all elements, or one for each. */
  readonly initial?: number | readonly number[];
  readonly ghost?: boolean;
  readonly says?: string;
  readonly actor?: string;
}

/** Declares a variable. Throws a RangeError if an initial value is illegal. */
export function variable(name: string, type: ValueType, options: VariableOptions = {}): Variable {
  const dimensions = options.dimensions ?? [];
  const size = dimensions.reduce((n, dimension) => n * dimension.labels.length, 1);
  const given = options.initial ?? 0;
  const initial = typeof given === "number" ? new Array<number>(size).fill(given) : [...given];
  if (initial.length !== size) throw new RangeError(`${name} has ${size} elements, not ${initial.length}`);
  for (const value of initial) {
    if (!isLegal(type, value)) throw new RangeError(`${name} cannot start as ${value}`);
  }
  const { ghost = false, says, actor } = options;
  return { name, type, dimensions, size, initial, ghost, says, actor };
}

/** The name of one element, as traces print it: `pte[parent][buf[0]]`. */
export function elementName(of: Variable, element: number): string {
  return (
    of.name +
    elementLabels(of, element)
      .map((label) => `[${label}]`)
      .join("")
  );
}

/** The element's position in each dimension. */
export function elementLabels(of: Variable, element: number): readonly string[] {
  const labels: string[] = [];
  let rest = element;
  for (const dimension of of.dimensions.toReversed()) {
    const size = dimension.labels.length;
    labels.unshift(at(dimension.labels, rest % size));
    rest = Math.floor(rest / size);
  }
  return labels;
}
