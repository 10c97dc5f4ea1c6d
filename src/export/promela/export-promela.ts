/**
 * A program and its properties as Promela, so that SPIN checks exactly the same program: one process with one loop that
 * takes any enabled step of any actor. The state has the same variables. docs/export.md says which numbers to compare.
 */
import type { FileKind } from "../../files/file-kind.ts";
import { evaluate } from "../../ir/evaluate.ts";
import type { Expr } from "../../ir/expression.ts";
import { initialState } from "../../ir/interpreter.ts";
import { at } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { asksForFinish, type Check, hasCheck, type Property } from "../../ir/property.ts";
import { rangeOf } from "../../ir/types.ts";
import { loopLines, loopSearches } from "./loops.ts";
import { canMove, mostChoices, movesOf } from "./moves.ts";
import { type Cell, comment, identifiers, type Names, nameCells } from "./names.ts";
import { type CellType, type PromelaContext, typeFor } from "./promela-context.ts";
import { type Scratch, scratch } from "./scratch.ts";
import type { EventVariables } from "./statements.ts";

export interface PromelaExport {
  readonly text: string;
  /** Properties that neither assertions nor never claims can express. */
  readonly leftOut: readonly string[];
  /** What an assertion that fails names, by property. */
  readonly flags: ReadonlyMap<string, string>;
  /** By property about loops: the macro that `spin` must define to search for one. */
  readonly loops: ReadonlyMap<string, string>;
  /** Properties that an invalid end state violates. */
  readonly deadlocks: readonly string[];
}

/** The kind of the text, if its title begins like the titles of the command line. */
export const promelaKind: FileKind = { what: "a program of exclusive-check", begins: /^\/\* The scenario / };

/** `title` says in one line what is exported. Throws a GuardTooLong (text-size.ts). */
export function exportPromela(program: Program, properties: readonly Property[], title: string): PromelaExport {
  const flags = identifiers(
    "ok_",
    properties.map(({ name }) => name),
  );
  const names = nameCells(program);
  const variables = scratch();
  const loops = loopLines(program, properties);
  const context: PromelaContext = {
    program,
    names,
    scratch: variables,
    properties,
    flags,
    events: eventVariables(program, properties, variables),
    loops,
    typeOf: (cell) => typeOfSlots(program, cell),
  };
  const moves = program.actors.flatMap((actor) => {
    const choices = { length: mostChoices(program, actor) };
    return Array.from(choices, (_, choice) => movesOf(context, actor, choice)).flat();
  });
  const deadlocks = namesOf(properties, "deadlock");
  const leftOut = properties.filter(asksForFinish).map(({ name }) => name);
  const broken = brokenAtStart(program, properties, flags).map((flag) => variables.use(flag, "byte"));
  const lines = [
    comment(title),
    ...leftOut.map((name) => comment(`Not in this file: ${name}, which asks whether some path leads to the end.`)),
    "",
    ...stateLines(program, names, context.typeOf),
    "",
    ...variables.declarations(),
    "",
    ...loops.declarations,
    "active proctype system() {",
    ...startLines(broken),
    ...(deadlocks.length > 0 ? [] : ["  /* Deadlocks are not checked. */", "end:"]),
    "  do",
    ...moves.map((line) => `  ${line}`),
    "  /* All have finished: no deadlock. */",
    ...loops.ending(finishedText(program, names)),
    "  od;",
    ...(broken.length === 0 ? [] : ["over: skip"]),
    "}",
    ...loops.claims((actor) => canMove(context, at(program.actors, actor))),
  ];
  return {
    text: `${lines.join("\n")}\n`,
    leftOut,
    deadlocks,
    loops: loopSearches(properties),
    flags: new Map(properties.map(({ name }, i) => [name, at(flags, i)])),
  };
}

/** One statement, because SPIN would store a state between two statements. */
function finishedText(program: Program, { cellOf }: Names): string {
  return `(${program.actors.map(({ pc, first, final }) => `${cellOf(pc).name} == ${final - first}`).join(" && ")})`;
}

function namesOf(properties: readonly Property[], kind: Check["kind"]): readonly string[] {
  return properties.filter((property) => hasCheck(property, kind)).map(({ name }) => name);
}

function typeOfSlots(program: Program, { first, size, bias }: Cell): CellType {
  const slots = program.slots.slice(first, first + size);
  return typeFor(bias + Math.min(...slots.map(({ min }) => min)), bias + Math.max(...slots.map(({ max }) => max)));
}

/** Registers that share a slot are one variable, as in our state. */
function stateLines(program: Program, { cells }: Names, typeOf: PromelaContext["typeOf"]): readonly string[] {
  return cells.flatMap((cell) => {
    const { name, first, size, bias, about } = cell;
    const values = program.slots.slice(first, first + size).map(({ initial }) => String(bias + initial));
    const declared = size === 1 ? `${name} = ${values[0]}` : `${name}[${size}] = {${values.join(", ")}}`;
    const note = bias === 0 ? about : `${about}; each plus ${bias}`;
    return [comment(note), `${typeOf(cell)} ${declared};`];
  });
}

/** For each event that some check refers to: whether the step emitted it, and its arguments. */
function eventVariables(
  program: Program,
  properties: readonly Property[],
  variables: Scratch,
): ReadonlyMap<string, EventVariables> {
  const asked = new Set(
    properties.flatMap(({ checks }) => checks.flatMap((check) => (check.kind === "step" ? (check.event ?? []) : []))),
  );
  const types = program.events.filter(({ name }) => asked.has(name));
  const prefixes = identifiers(
    "event_",
    types.map(({ name }) => name),
  );
  return new Map(
    types.map((type, i) => {
      const seen = variables.use(at(prefixes, i), "byte");
      const args = type.parameters.map(({ type: of }, position) =>
        // Always in its range, because a property may use it as an index even if the event was not emitted.
        variables.use(`${seen}__${position}`, "int", { initial: rangeOf(of)[0] }),
      );
      return [type.name, { type, seen, args }];
    }),
  );
}

/** If a property is violated at the start, the search ends there. */
function startLines(broken: readonly string[]): readonly string[] {
  if (broken.length === 0) return [];
  const asserts = broken.map((flag) => `${flag} = 0; assert(${flag});`);
  return ["  /* Violated in the initial state. */", `  d_step { ${asserts.join(" ")} forget() }`, "  goto over;"];
}

/** The flags of the properties that the initial state violates. */
function brokenAtStart(program: Program, properties: readonly Property[], flags: readonly string[]): readonly string[] {
  const start = initialState(program);
  const isTrue = (expr: Expr | undefined): boolean => expr === undefined || evaluate(program, expr, start) !== 0;
  return flags.filter((_, i) =>
    at(properties, i).checks.some(
      (check) => check.kind === "state" && isTrue(check.premise) && !isTrue(check.condition),
    ),
  );
}
