/** The steps that a search did not reach, and the properties that it therefore did not test. */
import type { SearchResult } from "../checker/contract/search-types.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import { allStatements } from "../ir/visit.ts";
import type { PassedAssertion, UnreachedStep, Vacuous } from "../reporters/report.ts";

/** A procedure is expanded at each call. Its step is reached if one of the copies is. */
export function unreachedSteps(program: Program, { transitionsOf }: SearchResult): readonly UnreachedStep[] {
  const reached = new Map<string, UnreachedStep & { times: number }>();
  for (const { id, procedure, label, body } of program.locations) {
    if (body.length === 0) continue;
    const key = JSON.stringify([procedure, label]);
    const step = reached.get(key) ?? { procedure, label, times: 0 };
    reached.set(key, step);
    step.times += at(transitionsOf, id);
  }
  return [...reached.values()].filter(({ times }) => times === 0).map(({ procedure, label }) => ({ procedure, label }));
}

/** `properties`, then `sometimes`, are those that were searched with, in that order. */
export function vacuousNames(
  program: Program,
  properties: readonly Property[],
  sometimes: readonly Property[],
  result: SearchResult,
): readonly Vacuous[] {
  const violated = new Set(result.violations.map(({ property }) => property));
  const untested = (property: Property, position: number): boolean =>
    !violated.has(position) &&
    !property.checks.some((check, number) => {
      if (check.kind === "assertion") return assertsReached(program, property.name, result);
      return check.kind === "deadlock" || at(at(result.tested, position), number);
    });
  return [...properties, ...sometimes].flatMap((property, position): readonly Vacuous[] => {
    if (!untested(property, position)) return [];
    return [{ kind: position < properties.length ? "property" : "sometimes", name: property.name }];
  });
}

/** Watches each assertion of properties that steps assert but the check leaves out. */
export function uncheckedAssertions({ locations }: Program, properties: readonly Property[]): readonly Property[] {
  const messages = new Map<string, Set<string>>();
  for (const { body } of locations) {
    for (const statement of allStatements(body)) {
      if (statement.op !== "assert" || properties.some(({ name }) => name === statement.property)) continue;
      const known = messages.get(statement.property) ?? new Set();
      messages.set(statement.property, known.add(statement.message));
    }
  }
  return [...messages].map(([property, own]) => ({
    name: property,
    sentence: "",
    checks: [...own].map((message) => ({ kind: "passed", property, message }) as const),
  }));
}

/** The watched assertions (from position `first` on) that were false; they did not stop the search. */
export function passedAssertions(
  unchecked: readonly Property[],
  first: number,
  { tested }: SearchResult,
): readonly PassedAssertion[] {
  return unchecked.flatMap(({ checks }, position) =>
    checks.flatMap((check, number) =>
      check.kind === "passed" && at(at(tested, first + position), number)
        ? [{ property: check.property, message: check.message }]
        : [],
    ),
  );
}

/** Whether the search took a step that asserts the property. */
function assertsReached({ locations }: Program, property: string, { transitionsOf }: SearchResult): boolean {
  return locations.some(
    ({ id, body }) =>
      at(transitionsOf, id) > 0 &&
      [...allStatements(body)].some((statement) => statement.op === "assert" && statement.property === property),
  );
}

/** How often a search took a location's step. Throws if the search knows no such location. */
export function timesTaken(transitionsOf: SearchResult["transitionsOf"], location: number): number {
  const times = transitionsOf[location];
  if (times === undefined) throw new Error(`the search counted no transitions of location ${location}`);
  return times;
}
