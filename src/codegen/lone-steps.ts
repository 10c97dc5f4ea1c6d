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
  const compared = comparedBy(program, steps);
  const sticky = stickyPlaces(steps);
  const reached = placesReached(program, steps);
  const rowOf = program.locations.map(({ id, body, choices }): number => {
    const of = compared[id];
    // C0 and C3: the step has no alternative, and no cycle consists of such steps.
    if (of === undefined || body.length === 0 || choices > 1 || sticky.has(id)) return 0;
    const row = conflictsOf(compared, of);
    if (!canBeAlone(program, of.step, row, reached)) return 0;
    const key = row.join("");
    const position = known.get(key) ?? rows.push(row) - 1;
    known.set(key, position);
    return position + 1;
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

/** What is compared of each step with each other one. */
interface Compared {
  readonly step: StepFacts;
  readonly reads: BitSet;
  readonly writes: BitSet;
  readonly judged: BitSet;
  /** The locations from which one step leads to this one. */
  readonly sources: readonly number[];
}

function comparedBy({ slots, locations }: Program, steps: readonly StepFacts[]): readonly Compared[] {
  const facts = slots.length + locations.length;
  const checks = steps.reduce((most, { judged }) => Math.max(most, ...judged), 0) + 1;
  const sources: number[][] = locations.map(() => []);
  for (const { location, targets } of steps) for (const target of targets) sources[target]?.push(location.id);
  return steps.map((step, id) => ({
    step,
    reads: bitSet(step.reads, facts),
    writes: bitSet(step.writes, facts),
    judged: bitSet(step.judged, checks),
    sources: sources[id] ?? [],
  }));
}

function conflictsOf(all: readonly Compared[], of: Compared): Uint8Array {
  const row = new Uint8Array(all.length);
  const ends = all.filter((other) => other.step.location.actor !== of.step.location.actor && clash(of, other));
  const conflicting = new Set(ends.map(({ step }) => step.location.id));
  // Everything counts that another actor can still come to. A set's iterator also visits what is added meanwhile.
  for (const place of conflicting) {
    row[place] = 1;
    for (const source of all[place]?.sources ?? []) conflicting.add(source);
  }
  return row;
}

/** C1: neither disturbs the other. C2: no check of states looks at what both change. */
function clash(step: Compared, other: Compared): boolean {
  return (
    meet(step.writes, other.writes) ||
    meet(step.writes, other.reads) ||
    meet(step.reads, other.writes) ||
    meet(step.judged, other.judged)
  );
}

/** Whether the others can be, all at once, where nothing is left that conflicts. */
function canBeAlone(
  { actors }: Program,
  { location }: StepFacts,
  row: Uint8Array,
  reached: ReadonlySet<number>,
): boolean {
  return actors.every(({ first, count }, actor) => {
    const places = Array.from({ length: count }, (_, i) => first + i);
    return actor === location.actor || places.some((place) => reached.has(place) && row[place] === 0);
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
