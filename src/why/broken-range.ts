/** A line without which the model comes to a value that it cannot store. */
export const leavesRange = "a value leaves its range";

const meaning =
  "without the line, a value of the model becomes too small or too large to store, such as a reference count below 0; the model does not say how a kernel goes on from there";

interface Answered {
  readonly needed: { readonly broken: readonly { readonly name: string }[] } | undefined;
}

/** What it means, if one of the answers says it. */
export function rangeRemark(answers: readonly Answered[]): string | undefined {
  const says = answers.some(({ needed }) => needed?.broken.some(({ name }) => name === leavesRange));
  return says ? `${leavesRange}: ${meaning}` : undefined;
}
