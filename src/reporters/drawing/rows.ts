/** Steps as call trees, one for each actor: which functions an actor enters before a step, and how deep it is then. */
import type { TraceStep } from "../../trace/format.ts";

/** Where a step stands in its actor's call tree. */
export type Place = Pick<TraceStep, "actor" | "stack" | "operation" | "source">;

interface Placed {
  readonly place: Place;
  readonly names: Named;
}

/** What must be named before a place is drawn, if it was not named yet. */
export type Named = "functions" | "operation" | "nothing";

export interface Row<E> {
  readonly actor: string;
  /** The number of functions around it that are named. */
  readonly depth: number;
  /** What to draw, or the function or operation that the actor enters. */
  readonly what: E | string;
}

/** One call of a function. The outermost stands for an operation of the scenario. */
interface Frame {
  readonly name: string;
  readonly text: string;
  readonly within: Frame | undefined;
}

/** Which functions are named: all that an actor is in, or only those with a step that is drawn. */
export type Calls = "all" | "needed";

/**
 * A function is named when it is entered, and not again when its actor goes on after another one. `path` has all places,
 * also those that are not drawn: after them, a function may have been left and entered again.
 */
export function rowsOf<E extends Placed>(path: readonly Place[], drawn: readonly E[], calls: Calls): readonly Row<E>[] {
  const frames = framesOf(path);
  const innermost = new Set(drawn.filter(({ names }) => names === "functions").map(({ place }) => frames.get(place)));
  const isNeeded = (frame: Frame) => calls === "all" || frame.within === undefined || innermost.has(frame);
  const named = new Set<Frame>();
  const isNamed: Readonly<Record<Named, (frame: Frame) => boolean>> = {
    functions: isNeeded,
    operation: (frame) => named.has(frame) || frame.within === undefined,
    nothing: () => false,
  };
  return drawn.flatMap((one): readonly Row<E>[] => {
    const { actor } = one.place;
    const around = aroundOf(frames.get(one.place)).filter(isNamed[one.names]);
    const calling = around.flatMap((frame, depth) => (named.has(frame) ? [] : [{ actor, depth, what: frame.text }]));
    for (const frame of around) named.add(frame);
    return [...calling, { actor, depth: around.length, what: one }];
  });
}

/** The innermost frame at each place. */
function framesOf(path: readonly Place[]): ReadonlyMap<Place, Frame | undefined> {
  const open = new Map<string, readonly Frame[]>();
  return new Map(
    path.map((place) => {
      const inside = insideOf(place);
      const before = open.get(place.actor) ?? [];
      const left = inside.findIndex(({ name }, depth) => before[depth]?.name !== name);
      const now = before.slice(0, left < 0 ? inside.length : left);
      for (const { name, text } of inside.slice(now.length)) now.push({ name, text, within: now.at(-1) });
      open.set(place.actor, now);
      return [place, now.at(-1)];
    }),
  );
}

/** The actor's own program is not shown, and an operation stands for its outermost function: `store buf[0]`. */
function insideOf({ stack, operation, source }: Place): readonly Pick<Frame, "name" | "text">[] {
  const called = (procedures: readonly string[]) => procedures.map((name) => ({ name, text: `${name}()` }));
  if (source.file === "scenario") return [];
  return operation === "" ? called(stack) : [{ name: operation, text: operation }, ...called(stack.slice(2))];
}

function aroundOf(frame: Frame | undefined): readonly Frame[] {
  return frame === undefined ? [] : [...aroundOf(frame.within), frame];
}
