/**
 * The moves of one actor under one choice number, as one `d_step` or a few, so that SPIN stores no state in the middle
 * of a step. The checks appear once, after the steps, because most steps of an actor can violate most of them.
 *
 * A step that violates a property ends its path: the state after it is not explored. So after the failing assertion,
 * all variables are restored. For SPIN, such a step leads back to the state before it.
 */
import { type Expr, isConstant } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Actor, Location, Program } from "../../ir/program.ts";
import { stepNames } from "../../ir/step-vocabulary.ts";
import { checkLines } from "./checks.ts";
import { enabledWhen } from "./enabled.ts";
import { number, promela } from "./expression.ts";
import { checksAfter, namesMatter } from "./judging.ts";
import { comment } from "./names.ts";
import type { PromelaContext } from "./promela-context.ts";
import { copies, saveWritten } from "./saving.ts";
import { branch, option, type StatementContext, statementLines } from "./statements.ts";
import { checkLength } from "./text-size.ts";

const rangeFlag = "ok_range";

/** SPIN rejects a `d_step` of more than about 2000 statements. A line holds one statement; breadth first adds some. */
const mostLines = 1000;

/** Options of the loop; none if the actor has no step under this choice number. */
export function movesOf(context: PromelaContext, actor: Actor, choice: number): readonly string[] {
  const moves = guardedMoves(context.program, actor, choice);
  for (const { location, guard } of moves) checkLength(guard, location);
  const optionsFor = (some: readonly GuardedMove[]): readonly string[] => {
    const lines = optionOf(context, actor, choice, some);
    if (lines.length <= mostLines || some.length === 1) return lines;
    const half = Math.ceil(some.length / 2);
    return [...optionsFor(some.slice(0, half)), ...optionsFor(some.slice(half))];
  };
  return moves.length === 0 ? [] : optionsFor(moves);
}

/** The condition that the actor can move, on one line. */
export function canMove({ program, names }: PromelaContext, actor: Actor): string {
  const most = mostChoices(program, actor);
  const moves = Array.from({ length: most }, (_, choice) => guardedMoves(program, actor, choice)).flat();
  const conditions = conditionsOf(names.cellOf(actor.pc).name, actor, moves, (guard) => promela(guard, { names }));
  return conditions.length === 0 ? "false" : conditions.map((condition) => `(${condition})`).join(" || ");
}

/** The largest number of choices at any location of the actor. */
export function mostChoices({ locations }: Program, { first, count }: Actor): number {
  return Math.max(...locations.slice(first, first + count).map(({ choices }) => choices));
}

function guardedMoves({ locations }: Program, { first, count }: Actor, choice: number): readonly GuardedMove[] {
  return locations
    .slice(first, first + count)
    .filter(({ choices }) => choice < choices)
    .map((location) => ({ location, guard: enabledWhen(location.body, choice) }))
    .filter(({ guard }) => !isConstant(guard, 0));
}

function optionOf(
  context: PromelaContext,
  actor: Actor,
  choice: number,
  moves: readonly GuardedMove[],
): readonly string[] {
  const { program, names, scratch, events, properties, loops } = context;
  const pc = names.cellOf(actor.pc).name;
  const locations = moves.map(({ location }) => location);
  const saved = saveWritten(context, locations);
  const checks = checksAfter(context, locations, saved);
  const flags = new Set(checks.map(({ flag }) => flag));
  const clearable = (flag: string): string => {
    flags.add(flag);
    return flag;
  };
  const statements: StatementContext = {
    names,
    scratch,
    flagOf(property) {
      const position = properties.findIndex(({ name }) => name === property);
      return position < 0 ? undefined : clearable(at(context.flags, position));
    },
    rangeFlag: () => clearable(rangeFlag),
    eventOf: (event) => events.get(event),
    finitelyOften: loops.tookNone,
    goto: (location) => `${pc} = ${location - actor.first};`,
  };
  const told = namesMatter(checks) ? ["step_procedure", "step_label"].map((name) => scratch.use(name, "short")) : [];
  const bodies = locations.flatMap((location) => {
    const { procedure, label } = stepNames(program, location);
    const asked = told.map((name, i) => `${name} = ${i === 0 ? procedure : label};`);
    const lines = [...asked, ...statementLines(location.body, choice, statements)];
    return [
      comment(`${location.procedure}: ${location.label}`),
      ...option(`:: ${pc} == ${location.id - actor.first} ->`, lines),
    ];
  });
  const judged = checkLines(checks, scratch);
  const seen = new Set(checks.flatMap((check) => check.seen ?? []));

  const lines = [
    ...guardLines(pc, actor, moves, (guard) => promela(guard, { names })),
    ...(flags.size === 0 ? [] : copies(saved, (now, old) => `${old} = ${now};`)),
    ...[...seen].map((flag) => `${flag} = 0;`),
    ...[...flags].map((flag) => `${scratch.use(flag, "byte")} = 1;`),
    ...loops.tookStep(program.actors.indexOf(actor)),
    "if",
    ...bodies,
    "fi;",
    ...judged,
    ...(flags.size === 0
      ? []
      : broken([...flags], [...copies(saved, (now, old) => `${now} = ${old};`), ...loops.tookNone])),
    scratch.forget,
  ];
  return [comment(`${actor.name}, choice ${choice}`), ":: d_step {", ...lines.map((line) => `     ${line}`), "   }"];
}

/** If a value left its range, the program is wrong, so no other assertion is made about the step. */
function broken(flags: readonly string[], restore: readonly string[]): readonly string[] {
  const properties = flags.filter((flag) => flag !== rangeFlag).map((flag) => `assert(${flag});`);
  const range = [`assert(${rangeFlag});`];
  const asserts = flags.includes(rangeFlag) ? branch(rangeFlag, properties, range) : properties;
  return branch(`(${flags.join(" && ")})`, [], [...asserts, ...restore]);
}

interface GuardedMove {
  readonly location: Location;
  readonly guard: Expr;
}

/** The condition that any of the steps is enabled. */
function guardLines(...parts: Parameters<typeof conditionsOf>): readonly string[] {
  const conditions = conditionsOf(...parts);
  return conditions.map((condition, i) => {
    const end = i === conditions.length - 1 ? ") ->" : " ||";
    return `${i === 0 ? "(" : " "}(${condition})${end}`;
  });
}

/** When any of the steps is enabled: any condition. Neighbours that are always enabled need only one comparison. */
function conditionsOf(
  pc: string,
  actor: Actor,
  moves: readonly GuardedMove[],
  text: (guard: Expr) => string,
): readonly string[] {
  const conditions: string[] = [];
  let [first, last] = [-1, -1];
  const endRun = (): void => {
    if (first >= 0)
      conditions.push(first === last ? `${pc} == ${first}` : `${number(first)} <= ${pc} && ${pc} <= ${last}`);
    first = -1;
  };
  for (const { location, guard } of moves) {
    const place = location.id - actor.first;
    if (guard.op !== "const") {
      endRun();
      conditions.push(`${pc} == ${place} && ${text(guard)}`);
      continue;
    }
    if (first < 0 || place !== last + 1) {
      endRun();
      first = place;
    }
    last = place;
  }
  endRun();
  return conditions;
}
