/** The smallest program that still shows something that depends on chance. */
import { type ActorsProgram, programText } from "./actors-program.ts";
import { isProperTogether } from "./draw-actors.ts";

/**
 * Leaves out single steps and operations as long as the rest still shows the same, first of those before the actors.
 * @param stillShows runs the program as often as it needs.
 */
export async function shrinkActors(
  program: ActorsProgram,
  stillShows: (candidate: ActorsProgram) => Promise<boolean>,
): Promise<ActorsProgram> {
  const refused = new Set<string>();
  let now = program;
  for (;;) {
    let smaller: ActorsProgram | undefined;
    for (const candidate of smallerThan(now)) {
      const text = programText(candidate);
      if (refused.has(text)) continue;
      if (await stillShows(candidate)) {
        smaller = candidate;
        break;
      }
      refused.add(text);
    }
    if (smaller === undefined) return now;
    now = smaller;
  }
}

/** Every proper program with one step or operation less. At least one actor stays. */
export function smallerThan(program: ActorsProgram): readonly ActorsProgram[] {
  const { prefix, together } = program;
  const found: ActorsProgram[] = [];
  for (const position of prefix.keys()) found.push({ ...program, prefix: without(prefix, position) });
  for (const [position, { actor, calls }] of together.entries())
    for (const operation of calls.keys()) {
      const rest = { actor, calls: without(calls, operation) };
      const runs = together.map((run, index) => (index === position ? rest : run));
      found.push({ ...program, together: runs.filter((run) => run.calls.length > 0) });
    }
  return found.filter((candidate) => candidate.together.length > 0 && isProperTogether(candidate));
}

function without<T>(list: readonly T[], position: number): readonly T[] {
  return [...list.slice(0, position), ...list.slice(position + 1)];
}
