/** Who waits for whom in a deadlock: `forker waits for page_lock[P0], which it holds itself; engine waits for forker`. */
import { inOrderOfBlame, madeBy } from "../trace/cause-text.ts";
import { compactName, compactValue } from "../trace/change-text.ts";
import type { Blocked, Seen, Trace } from "../trace/format.ts";

export function waitsInWords(trace: Trace): string {
  const waiters = new Map<string, string[]>();
  for (const blocked of inOrderOfBlame(trace.violation.blocked ?? [])) {
    const goal = goalOf(blocked, trace);
    waiters.set(goal, [...(waiters.get(goal) ?? []), blocked.actor]);
  }
  return [...waiters]
    .map(([goal, actors]) => `${listed(actors)} ${actors.length > 1 ? "wait" : "waits"} ${goal}`)
    .join("; ");
}

/** Another actor, if one alone is to blame. */
function goalOf({ actor, waits = [], label, procedure }: Blocked, { steps }: Trace): string {
  const makers = waits.map((seen) => madeBy(seen, steps)?.actor);
  const [maker] = makers;
  if (waits.length === 0) return `at ${label} in ${procedure}()`;
  if (maker !== undefined && maker !== actor && makers.every((other) => other === maker)) return `for ${maker}`;
  return `for ${waits.map((seen, at) => heldBy(seen, makers[at], actor)).join(" or ")}`;
}

function heldBy({ variable, value }: Seen, maker: string | undefined, actor: string): string {
  const name = compactName(variable);
  if (value === actor) return `${name}, which it holds itself`;
  const by = maker === undefined ? "" : maker === actor ? " through its own step" : ` through ${maker}`;
  return `${name}, which is ${compactValue(value)}${by}`;
}

function listed(actors: readonly string[]): string {
  return [actors.slice(0, -1).join(", "), ...actors.slice(-1)].filter((part) => part !== "").join(" and ");
}
