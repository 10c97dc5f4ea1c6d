/**
 * The part of the address that says what is shown: `#step=12`, with `trace=2` before it where the file has several, and
 * `all=1` after it if no steps are folded.
 */

export interface Place {
  /** Counted from 0, as in the file. The address counts from 1. */
  readonly trace?: number;
  readonly step: number;
  readonly allSteps: boolean;
}

export function placeOf(hash: string): Place {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const trace = natural(parameters.get("trace"));
  const step = natural(parameters.get("step")) ?? 0;
  const allSteps = parameters.get("all") === "1";
  return trace === undefined || trace === 0 ? { step, allSteps } : { trace: trace - 1, step, allSteps };
}

export function hashOf({ trace = 0, step, allSteps }: Place): string {
  return `#${trace === 0 ? "" : `trace=${trace + 1}&`}step=${step}${allSteps ? "&all=1" : ""}`;
}

function natural(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
