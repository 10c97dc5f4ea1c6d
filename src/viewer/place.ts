/** The part of the address that says what is shown: `#step=12`, with `trace=2` before it where the file has several. */

export interface Place {
  /** Counted from 0, as in the file; from 1 in the address. */
  readonly trace?: number;
  readonly step: number;
}

export function placeOf(hash: string): Place {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const trace = natural(parameters.get("trace"));
  const step = natural(parameters.get("step")) ?? 0;
  return trace === undefined || trace === 0 ? { step } : { trace: trace - 1, step };
}

export function hashOf({ trace = 0, step }: Place): string {
  return trace === 0 ? `#step=${step}` : `#trace=${trace + 1}&step=${step}`;
}

function natural(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
