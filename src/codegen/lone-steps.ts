/**
 * Which steps may be taken alone, and when: the tables of the partial-order reduction, made once for a program. Why it
 * is right is told in docs/internals/partial-order.md, by whose names the conditions go.
 */
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import { allStatements } from "../ir/walk.ts";
import { type BitSet, bitSet, meet } from "./bit-set.ts";
import { type StepFacts, stepFacts } from "./step-facts.ts";

export interface LoneSteps {
  /** By location of the step: one more than its position in `rows`, 0 where it is never taken alone. */
  readonly rowOf: readonly number[];
  /** By location at which another actor rests: 1 where it can still come to something that conflicts with the step. */
  readonly rows: readonly Uint8Array[];
}

export const noLoneSteps: LoneSteps = { rowOf: [], rows: [] };

/** `noLoneSteps` where no step is ever taken alone. */
export function loneSteps(program: Program, properties: readonly Property[]): LoneSteps {
  const known = latest.get(program);
  if (known?.properties === properties) return known.lone;
  const lone = compute(program, properties);
  latest.set(program, { properties, lone });
  return lone;
}

/** Who decides on a search, and who prepares it, ask for the same. */
const latest = new WeakMap<Program, { readonly properties: readonly Property[]; readonly lone: LoneSteps }>();

function compute(program: Program, properties: readonly Property[]): LoneSteps {
  const rows: Uint8Array[] = [];
  const known = new Map<string, number>();
  const steps = keepsToItself(program) ? stepFacts(program, properties) : [];
  const kinds = kindsOf(program, steps);
  const sources = sourcesOf(program, steps);
  const sticky = stickyPlaces(steps);
  const reached = placesReached(program, steps);
  /** One more than the position in `rows`, 0 where such a step is never taken alone; by actor and kind. */
  const rowsKnown = new Map<string, number>();
  const rowFor = (kind: Kind, actor: number): number => {
    const row = conflictsOf(program, kinds, sources, kind, actor);
    if (!canBeAlone(program, actor, row, reached)) return 0;
    const key = row.join("");
    const position = known.get(key) ?? rows.push(row) - 1;
    known.set(key, position);
    return position + 1;
  };
  const rowOf = program.locations.map(({ id, actor, body, choices }): number => {
    const kind = kinds.of[id];
    // C0 and C3: the step has no alternative, and no cycle consists of such steps.
    if (kind === undefined || body.length === 0 || choices > 1 || sticky.has(id)) return 0;
    const key = `${actor} ${kind.number}`;
    const row = rowsKnown.get(key) ?? rowFor(kind, actor);
    rowsKnown.set(key, row);
    return row;
  });
  return rows.length === 0 ? noLoneSteps : { rowOf, rows };
}

/** Nobody changes another actor's place or registers. */
function keepsToItself({ actors, locations }: Program): boolean {
  const places = new Set(actors.map(({ pc }) => pc));
  return locations.every(({ actor, body }) =>
    [...allStatements(body)].every((statement) => {
      if (statement.op !== "assign") return true;
      const { variable } = statement.target;
      return !places.has(variable) && (variable.actor === undefined || variable.actor === actors[actor]?.name);
    }),
  );
}

/** Steps that are alike in what is compared of each step with each other one. A long program has few of these. */
interface Kind {
  readonly number: number;
  readonly reads: BitSet;
  readonly writes: BitSet;
  readonly judged: BitSet;
  /** Locations. */
  readonly members: number[];
}

interface Kinds {
  readonly all: readonly Kind[];
  /** By location. */
  readonly of: readonly Kind[];
}

function kindsOf({ slots, locations }: Program, steps: readonly StepFacts[]): Kinds {
  const facts = slots.length + locations.length;
  const checks = steps.reduce((most, { judged }) => Math.max(most, ...judged), 0) + 1;
  // Every step leaves a place, which no other actor's step writes and few read.
  const asked = new Set(steps.flatMap(({ reads }) => [...reads]));
  const kinds = new Map<string, Kind>();
  const of = steps.map(({ location, reads, writes, judged }): Kind => {
    const compared = [...writes].filter((fact) => fact < slots.length || asked.has(fact));
    const key = [reads, compared, judged].map((numbers) => [...numbers].sort((a, b) => a - b).join()).join(" ");
    const kind = kinds.get(key) ?? {
      number: kinds.size,
      reads: bitSet(reads, facts),
      writes: bitSet(compared, facts),
      judged: bitSet(judged, checks),
      members: [],
    };
    kinds.set(key, kind);
    kind.members.push(location.id);
    return kind;
  });
  return { all: [...kinds.values()], of };
}

/** By location, those from which one step leads there. */
function sourcesOf({ locations }: Program, steps: readonly StepFacts[]): readonly (readonly number[])[] {
  const sources: number[][] = locations.map(() => []);
  for (const { location, targets } of steps) for (const target of targets) sources[target]?.push(location.id);
  return sources;
}

function conflictsOf(
  { locations }: Program,
  { all }: Kinds,
  sources: readonly (readonly number[])[],
  of: Kind,
  actor: number,
): Uint8Array {
  const row = new Uint8Array(locations.length);
  const conflicting: number[] = [];
  const add = (place: number): void => {
    if (row[place] === 1) return;
    row[place] = 1;
    conflicting.push(place);
  };
  for (const other of all)
    if (clash(of, other)) for (const place of other.members) if (locations[place]?.actor !== actor) add(place);
  // Everything counts that another actor can still come to.
  for (let place = conflicting.pop(); place !== undefined; place = conflicting.pop())
    for (const source of sources[place] ?? []) add(source);
  return row;
}

/** C1: neither disturbs the other. C2: no check of states looks at what both change. */
function clash(step: Kind, other: Kind): boolean {
  return (
    meet(step.writes, other.writes) ||
    meet(step.writes, other.reads) ||
    meet(step.reads, other.writes) ||
    meet(step.judged, other.judged)
  );
}

/** Whether the others can be, all at once, where nothing is left that conflicts. */
function canBeAlone({ actors }: Program, own: number, row: Uint8Array, reached: ReadonlySet<number>): boolean {
  return actors.every(({ first, count }, actor) => {
    const places = Array.from({ length: count }, (_, i) => first + i);
    return actor === own || places.some((place) => reached.has(place) && row[place] === 0);
  });
}

function placesReached({ actors }: Program, steps: readonly StepFacts[]): ReadonlySet<number> {
  const reached = new Set(actors.map(({ start }) => start));
  // A set's iterator also visits what is added meanwhile.
  for (const place of reached) for (const target of steps[place]?.targets ?? []) reached.add(target);
  return reached;
}

/** On every way that leads round, one place. */
function stickyPlaces(steps: readonly StepFacts[]): ReadonlySet<number> {
  const sticky = new Set<number>();
  const entered = new Set<number>();
  const left = new Set<number>();
  const visit = (place: number): void => {
    entered.add(place);
    for (const target of steps[place]?.targets ?? []) {
      // Steps with choices are never taken alone.
      if ((steps[target]?.location.choices ?? 0) > 1) continue;
      if (!entered.has(target)) visit(target);
      else if (!left.has(target)) sticky.add(target);
    }
    left.add(place);
  };
  for (const { location } of steps) if (location.choices === 1 && !entered.has(location.id)) visit(location.id);
  return sticky;
}
