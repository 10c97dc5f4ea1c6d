/** Whether the actors can never all finish from a state on, found by looking at everything that can come after it. */
import type { State } from "../ir/evaluate.ts";
import { executeStep } from "../ir/interpreter.ts";
import type { Program } from "../ir/program.ts";
import { hasFinished, restingPlaces } from "../ir/resting-places.ts";

/**
 * How far to look. A long look confirms what a search found, and that nothing finishes among so many states is then all
 * that is confirmed. A short one, at each step that a person takes, finds only what ends within it.
 */
export type Look = "long" | "short";

const limits: Readonly<Record<Look, number>> = { long: 100_000, short: 1000 };

/** Says so in a sentence where it is so; undefined where some path leads to where all have finished. */
export function livelockAt(program: Program, state: State, look: Look = "long"): string | undefined {
  const mostStates = limits[look];
  const seen = new Set([state.join()]);
  const waiting = [state];
  const moving = new Set<number>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (hasFinished(program, next)) return undefined;
    for (const location of restingPlaces(program, next)) {
      for (let choice = 0; choice < location.choices; choice++) {
        const outcome = executeStep(program, next, location.id, choice);
        if (outcome === undefined || outcome.rangeError !== undefined) continue;
        moving.add(location.actor);
        const key = outcome.state.join();
        if (seen.has(key) || seen.size === mostStates) continue;
        seen.add(key);
        waiting.push(outcome.state);
      }
    }
  }
  if (look === "short" && seen.size === mostStates) return undefined;
  const names = program.actors.filter((_, actor) => moving.has(actor)).map(({ name }) => name);
  if (names.length === 0) return "no step can be taken, but not all have finished";
  const states =
    seen.size === mostStates ? `${mostStates} states and more` : `${seen.size} state${seen.size === 1 ? "" : "s"}`;
  return `from here on not all can finish: steps of ${names.join(" and ")} lead to ${states}, and no further`;
}
