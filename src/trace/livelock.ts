/** Whether no path from a state lets all actors finish. To find out, it explores all states that can follow. */
import type { State } from "../ir/evaluate.ts";
import { executeStep } from "../ir/interpreter.ts";
import type { Program } from "../ir/program.ts";
import { hasFinished, restingPlaces } from "../ir/resting-places.ts";

/**
 * How far to look. A long look confirms what a search found; if it reaches its limit, it confirms only that no final
 * state is among so many states. A short look, after each step of a person, finds only what ends within its limit.
 */
export type Look = "long" | "short";

const limits: Readonly<Record<Look, number>> = { long: 100_000, short: 1000 };

/** A sentence that says so; undefined if some path leads to a state in which all actors have finished. */
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
  if (names.length === 0) return "no step can be taken, but not all actors have finished";
  const states =
    seen.size === mostStates ? `${mostStates} states and more` : `${seen.size} state${seen.size === 1 ? "" : "s"}`;
  return `no path from here lets all actors finish: steps of ${names.join(" and ")} reach ${states}, none of them final`;
}
