/** Names of variables as a person types them, and the points of a path where they change. */
import type { Program } from "../ir/program.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { compactName } from "../trace/change-text.ts";
import type { Change } from "../trace/format.ts";
import { namedValues } from "../trace/state-view.ts";
import { type Path, pointAt } from "./path.ts";

/** All variables that have a value somewhere on the path. */
export function variableNames(program: Program, path: Path): readonly string[] {
  const [start] = path;
  const names = new Set(Object.keys(namedValues(program, start.state)));
  for (const { taken } of path) for (const { variable } of taken?.described.changes ?? []) names.add(variable);
  return [...names];
}

/**
 * The variables that the typed text stands for: `refcount` stands for each of its elements, an actor's name for all
 * variables of the actor, and a part of a name for all names that begin with it. Names may be typed as they are shown
 * (`pte[parent][buf0]`) or as a trace file has them.
 */
export function meantBy(names: readonly string[], typed: string): readonly string[] {
  const isShown = (name: string, so: (shown: string) => boolean) => so(name) || so(compactName(name));
  const isWhole = (name: string) => name === typed || name.startsWith(`${typed}[`) || name.startsWith(`${typed}.`);
  const whole = names.filter((name) => isShown(name, isWhole));
  return whole.length > 0 ? whole : names.filter((name) => isShown(name, (shown) => shown.startsWith(typed)));
}

/** Says that the typed name does not exist, and which name may have been meant. */
export function unknownName(names: readonly string[], typed: string): string {
  const wholes = names.flatMap((name) => [name, name.replace(/[[.].*$/, "")]);
  const meant = didYouMean(typed, new Set(wholes));
  return `no variable is named ${typed}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

export interface Completion {
  readonly text: string;
  /** The candidates for completion, if there are several. */
  readonly candidates: readonly string[];
}

/** The longest common beginning of all candidates. */
export function complete(names: readonly string[], typed: string): Completion {
  const candidates = names.filter((name) => name.startsWith(typed));
  const [first = typed, ...others] = candidates;
  let { length } = first;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return { text: first.slice(0, length), candidates: others.length === 0 ? [] : candidates };
}

export interface FoundChange {
  readonly position: number;
  readonly changes: readonly [Change, ...Change[]];
}

/** The nearest point after (1) or before (-1) a position whose step changes one of the variables. */
export function nextChange(
  path: Path,
  from: number,
  direction: 1 | -1,
  names: ReadonlySet<string>,
): FoundChange | undefined {
  for (let position = from + direction; position >= 1 && position < path.length; position += direction) {
    const steps = pointAt(path, position).taken?.described.changes ?? [];
    const [first, ...more] = steps.filter(({ variable }) => names.has(variable));
    if (first !== undefined) return { position, changes: [first, ...more] };
  }
  return undefined;
}
