/** The first place where two JSON values differ. */
export interface Difference {
  /** The keys and positions that lead from the outermost value to the place. */
  readonly path: readonly (string | number)[];
  /** undefined: there is no value. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Undefined if the values are equal. The order of an object's keys does not matter. */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  path: readonly (string | number)[] = [],
): Difference | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return { path, expected, actual };
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const inside = [...path, Array.isArray(expected) ? Number(key) : key];
    const found = firstDifference(own(expected, key), own(actual, key), inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The path in readable form: `changes[2].new`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, position) => (typeof part === "number" ? `[${part}]` : position === 0 ? part : `.${part}`))
    .join("");
}
