/** The fewest steps of a program that still show the same. */
import { at } from "../../src/ir/lookup.ts";
import type { LabProgram } from "../lab-program.ts";
import { isProper } from "./proper.ts";

/**
 * Answers for each candidate whether it still shows what the program showed. It is asked about many at once, because a
 * kernel runs many programs in one go.
 */
export type StillShows = (candidates: readonly LabProgram[]) => Promise<readonly boolean[]>;

/**
 * Leaves out parts of the program, first long ones and then single steps, as long as the rest still shows the same. In
 * the result no single step can be left out.
 */
export async function shrink(program: LabProgram, stillShows: StillShows): Promise<LabProgram> {
  let now = program;
  for (;;) {
    const candidates = withoutParts(now);
    const answers = await stillShows(candidates);
    const [shortest] = candidates
      .filter((_, index) => at(answers, index))
      .sort((a, b) => a.steps.length - b.steps.length);
    if (shortest === undefined) return now;
    now = shortest;
  }
}

/** Every proper program that lacks one part: halves, quarters and so on, down to single steps. */
function withoutParts({ setup, steps }: LabProgram): readonly LabProgram[] {
  const found: LabProgram[] = [];
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let first = 0; first < steps.length; first += size) {
      const rest = { setup, steps: [...steps.slice(0, first), ...steps.slice(first + size)] };
      if (rest.steps.length > 0 && isProper(rest)) found.push(rest);
    }
  return found;
}
