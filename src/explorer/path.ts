/** A path through a program's states, from a trace or taken by a person, with the facts about each point. */
import type { State } from "../ir/evaluate.ts";
import { initialState } from "../ir/interpreter.ts";
import { at } from "../ir/lookup.ts";
import type { Location } from "../ir/program.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import type { FoundViolation } from "../trace/build-trace.ts";
import { enabledSteps } from "../trace/enabled.ts";
import { noProperty, type Trace, type TraceStep } from "../trace/format.ts";
import { endingOf, type ViolatedProperty, violationsAt } from "../trace/path-end.ts";
import { takeStep } from "../trace/take-step.ts";
import type { TakenStep } from "../trace/taken-step.ts";
import type { PathEnd, Subject } from "../trace/violation.ts";

export interface Point {
  readonly state: State;
  /** The step that led here; undefined at the start. */
  readonly taken: TakenStep | undefined;
  readonly byHand: boolean;
  /** False: a recorded step that the violation does not need. */
  readonly matters: boolean;
  /** At the end of a trace: the violation that a search proved. */
  readonly proved?: ViolatedProperty;
}

/** Never empty: the first point is the start. Step n leads to the point at position n. */
export type Path = readonly [Point, ...Point[]];

/** A step that can be taken at a point. */
export interface Option {
  readonly location: Location;
  readonly actor: string;
  readonly choice: TraceStep["choice"];
}

/** No step is taken. */
export function pathAtStart({ program }: Subject): Path {
  return [{ state: initialState(program), taken: undefined, byHand: false, matters: true }];
}

/** The trace must replay. */
export function recordedPath(subject: Subject, trace: Trace): Path {
  const { program } = subject;
  let state = initialState(program);
  const points = trace.steps.map(({ actor, choice, n, matters }): Point => {
    const location = restingPlaces(program, state).find((place) => at(program.actors, place.actor).name === actor);
    const taken = location && takeStep(program, state, location, choice.number, n);
    if (taken === undefined) throw new Error(`step ${n} of the trace cannot be taken`);
    state = taken.outcome.state;
    return { state, taken, byHand: false, matters };
  });
  const [start] = pathAtStart(subject);
  const path: Path = [start, ...points];
  if (trace.property === noProperty.name) return path;
  const end: Point = { ...endOf(path), proved: { property: trace.property, violation: trace.violation } };
  const [first, ...more] = path;
  return more.length === 0 ? [end] : [first, ...more.slice(0, -1), end];
}

export function pointAt(path: Path, position: number): Point {
  const point = path[position];
  if (point === undefined) throw new Error(`the path has no point ${position}`);
  return point;
}

export function endOf(path: Path): Point {
  return pointAt(path, path.length - 1);
}

const options = new WeakMap<Point, readonly Option[]>();

/** Computed once for each point. Empty if a value left its range, because the model has no meaning there. */
export function optionsAt({ program }: Subject, point: Point): readonly Option[] {
  const known = options.get(point);
  if (known !== undefined) return known;
  const places = restingPlaces(program, point.state);
  const found =
    point.taken?.outcome.rangeError === undefined
      ? enabledSteps(program, point.state).flatMap(({ actor, choice }): readonly Option[] => {
          const location = places.find((place) => at(program.actors, place.actor).name === actor);
          return location === undefined ? [] : [{ location, actor, choice }];
        })
      : [];
  options.set(point, found);
  return found;
}

const violations = new WeakMap<Point, readonly ViolatedProperty[]>();

/** Computed once for each point. */
export function violationsHere(subject: Subject, path: Path, position: number): readonly ViolatedProperty[] {
  const point = pointAt(path, position);
  const known = violations.get(point);
  if (known !== undefined) return known;
  const seen = violationsAt(subject, endAt(path, position));
  const { proved } = point;
  const found = proved === undefined ? seen : [proved, ...seen.filter(({ property }) => property !== proved.property)];
  violations.set(point, found);
  return found;
}

/** The path up to a position, as the end of a trace. */
function endAt(path: Path, position: number): PathEnd {
  const { state, taken } = pointAt(path, position);
  return { state, last: taken, path: path.slice(0, position + 1).flatMap((point) => point.taken ?? []) };
}

/** Whether an option is the path's next step at a position. */
export function isTaken(path: Path, position: number, { location, choice }: Option): boolean {
  const next = path[position + 1]?.taken;
  return next?.location.id === location.id && next.described.choice.number === choice.number;
}

/** The path up to a position, followed by an option's step. */
export function takeOption({ program }: Subject, path: Path, position: number, option: Option): Path {
  const { state } = pointAt(path, position);
  const taken = takeStep(program, state, option.location, option.choice.number, position + 1);
  if (taken === undefined) throw new Error(`${option.actor} cannot take a step that it could take`);
  const [first, ...more] = path;
  return [first, ...more.slice(0, position), { state: taken.outcome.state, taken, byHand: true, matters: true }];
}

/** How a trace of the path ends: with a violation of `wanted`, otherwise of another property, otherwise with none. */
export function foundBy(subject: Subject, path: Path, wanted: string): FoundViolation {
  const last = path.length - 1;
  const isWanted = endingOf(subject, wanted, endAt(path, last)) !== undefined;
  const property = isWanted ? wanted : (violationsHere(subject, path, last)[0]?.property ?? noProperty.name);
  const steps = path.flatMap(({ taken }) =>
    taken === undefined ? [] : [{ location: taken.location.id, choice: taken.described.choice.number }],
  );
  return { property, steps };
}
