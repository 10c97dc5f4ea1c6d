import type { CodeSubject } from "./code.ts";
import { kernelsOf } from "./kernels.ts";
import type { State } from "./state.ts";

/** Undefined if no scenario is open. */
export function codeSubjectOf(state: State): CodeSubject | undefined {
  const { source, choices, code } = state;
  const kernels = kernelsOf(state);
  const kernel = kernels.find((one) => one === code.kernel) ?? kernels[0];
  return source.text === "" || kernel === undefined ? undefined : { source, choices, kernel };
}
