/**
 * The effects of a step that an edit can take away: a lock, a reference, a flush, a recheck, and each other variable that
 * it sets and way that it can go. They are found by the names of the model's variables and by the shape of what is
 * assigned to them, so steps that are new to the model have them too.
 */
import type { Expr } from "../ir/expression.ts";
import type { RecordedStatement } from "../ir/recorder.ts";
import type { Variable } from "../ir/variable.ts";
import { variablesRead } from "../ir/visit.ts";
import type { Changed } from "./changed.ts";
import { waysOf, withoutWay } from "./choosing.ts";
import { goByEarlierLook } from "./earlier-look.ts";
import { areAll, directionOf, isPteNone, isPteSame, readAsZero, replaceParts, yes } from "./expressions.ts";
import { type NamedAssignment, namedAssignments, references } from "./named-assignments.ts";
import { type Assignment, variablesSet, withoutSetting } from "./setting.ts";
import { edit, inBodies, type Statements, walk } from "./statements.ts";

export interface Effect {
  /** As in "drop taking page_lock from do_swap_page: folio_lock". */
  readonly name: string;
  /** The step without the effect, or undefined if the step does not have it. */
  readonly remove: (body: Statements, actor: string) => Changed | undefined;
}

/** The effects that a step may have. Some exist once for each lock, variable or choice of the step. */
export function possibleEffects(body: Statements): readonly Effect[] {
  const locks = new Set<string>();
  const assigned = new Set<string>();
  const acquired = new Set<string>();
  walk(body, (statement) => {
    const variables = new Set<Variable>();
    // A ghost may read who holds a lock. It takes none.
    if (statement.op === "assign" && statement.target.variable.ghost) return;
    if (statement.op === "assign") variablesRead(statement.value, variables).add(statement.target.variable);
    else if ("condition" in statement) variablesRead(statement.condition, variables);
    for (const variable of variables) {
      const lock = lockOf(variable);
      if (lock === undefined) continue;
      locks.add(lock);
      if (statement.op !== "assign" || statement.target.variable !== variable) continue;
      assigned.add(lock);
      if (isAcquisition(directionOf(statement.value))) acquired.add(lock);
    }
  });
  // A step that only drops a lock may look first whether it is held.
  const mayTake = (lock: string): boolean => acquired.has(lock) || !assigned.has(lock);
  return [
    ...[...locks].flatMap((lock) => [
      ...(mayTake(lock) ? [withoutTaking(lock, assigned.has(lock))] : []),
      withoutDropping(lock),
    ]),
    ...others,
    ...variablesSet(body, isNamed).map(withoutSettingVariable),
    ...waysOf(body).map(
      (way): Effect => ({
        name: `choosing "${way}"`,
        remove: (own) => (waysOf(own).includes(way) ? { body: withoutWay(own, way) } : undefined),
      }),
    ),
  ];
}

function withoutSettingVariable(variable: string): Effect {
  return {
    name: `setting ${variable}`,
    remove: (body) => {
      if (!variablesSet(body, isNamed).includes(variable)) return undefined;
      const isIt = (one: Assignment) => one.target.variable.name === variable && !isNamed(one);
      return { body: withoutSetting(body, isIt) };
    },
  };
}

/** Whether an effect with a name of its own takes the assignment away. */
function isNamed({ target: { variable }, value }: Assignment): boolean {
  if (lockOf(variable) !== undefined) return true;
  return [...references, ...namedAssignments].some(({ is }) => is(variable.name, value));
}

function isAcquisition(direction: ReturnType<typeof directionOf>): boolean {
  return direction === "set" || direction === "up";
}

/** The two halves of a reader-writer lock are one lock. */
function lockOf({ name }: Variable): string | undefined {
  const [first = "", half] = name.split(".");
  if (half === "readers" || half === "writer") return first;
  return /(^|_)(lock|mutex|ptl|worker)$/.test(name) ? name : undefined;
}

/** By lock: the variables that a critical section of one step reads under it. */
const guarded: Readonly<Record<string, readonly string[]>> = { ptl: ["pte"], driver_mutex: ["interval_sub.stale"] };

/**
 * The step does not wait for the lock and does not mark it as held; a trylock succeeds. Assertions still read the lock. A
 * critical section of one step falls apart: it uses what it read one step earlier, and other actors may run between.
 */
function withoutTaking(lock: string, keeps: boolean): Effect {
  const isIt = (variable: Variable): boolean => lockOf(variable) === lock;
  const free = (expr: Expr): Expr => readAsZero(expr, isIt);
  return {
    name: `taking ${lock}`,
    remove: (body, actor) => {
      // A step that only waits does not take the lock.
      if (!keeps && isWait(body)) return undefined;
      const changed = edit(body, (statement) => {
        switch (statement.op) {
          case "assign":
            if (!isIt(statement.target.variable)) return { ...statement, value: free(statement.value) };
            return isAcquisition(directionOf(statement.value)) ? undefined : statement;
          case "if":
          case "await":
            return { ...statement, condition: free(statement.condition) };
          default:
            return statement;
        }
      });
      if (changed === undefined) return undefined;
      return keeps ? { body: changed } : goByEarlierLook(changed, guarded[lock] ?? [], actor);
    },
  };
}

function isWait(body: Statements): boolean {
  let waits = true;
  walk(body, (statement) => {
    if (statement.op === "assign" && !statement.target.variable.ghost) waits = false;
    if (statement.op === "jump" || statement.op === "choose") waits = false;
  });
  return waits;
}

function withoutDropping(lock: string): Effect {
  return {
    name: `dropping ${lock}`,
    remove: (body) =>
      asChanged(
        edit(body, (statement) => {
          if (statement.op !== "assign" || lockOf(statement.target.variable) !== lock) return statement;
          return ["clear", "down"].includes(directionOf(statement.value) ?? "") ? undefined : statement;
        }),
      ),
  };
}

function withoutAssigning({ name, is }: NamedAssignment): Effect {
  return {
    name,
    remove: (body) =>
      asChanged(
        edit(body, (statement) => {
          if (statement.op !== "assign") return statement;
          return is(statement.target.variable.name, statement.value) ? undefined : statement;
        }),
      ),
  };
}

/** If the ghost that says who holds the reference changes beside it, that change is dropped too. */
function withoutReference({ name, is }: NamedAssignment): Effect {
  const changes = (statement: RecordedStatement, variable: string): boolean =>
    statement.op === "assign" && statement.target.variable.name === variable && is("refcount", statement.value);
  /** `alone`: a reference was dropped, and the change of its ghost was not found yet. */
  const visit = (
    body: Statements,
  ): { readonly body: RecordedStatement[]; readonly changed: boolean; alone: boolean } => {
    let [changed, alone] = [false, false];
    const inner = (part: Statements): RecordedStatement[] => {
      const result = visit(part);
      changed ||= result.changed;
      alone ||= result.alone;
      return result.body;
    };
    const kept = body.flatMap((statement): RecordedStatement[] => {
      if (changes(statement, "refcount")) {
        [changed, alone] = [true, true];
        return [];
      }
      return [inBodies(statement, inner)];
    });
    if (!alone || !kept.some((statement) => changes(statement, "held"))) return { body: kept, changed, alone };
    return { body: kept.filter((statement) => !changes(statement, "held")), changed, alone: false };
  };
  return {
    name,
    remove: (body) => {
      const result = visit(body);
      return result.changed ? { body: result.body } : undefined;
    },
  };
}

/** The condition counts as true wherever the step reads it. */
function withoutAsking(name: string, asked: (expr: Expr) => boolean, where: (body: Statements) => boolean): Effect {
  const assume = (expr: Expr): Expr => replaceParts(expr, (part) => (asked(part) ? yes : undefined));
  return {
    name,
    remove: (body) => {
      if (!where(body)) return undefined;
      const changed = edit(body, (statement) => {
        if (statement.op === "assign") return { ...statement, value: assume(statement.value) };
        if (statement.op === "if") return { ...statement, condition: assume(statement.condition) };
        return statement;
      });
      return asChanged(changed);
    },
  };
}

/** Whether the step waits for the PTL and then acts only if the entry is empty. */
function looksAgain(body: Statements): boolean {
  let [waits, acts] = [false, false];
  walk(body, (statement) => {
    if (statement.op === "await") waits ||= [...variablesRead(statement.condition)].some(({ name }) => name === "ptl");
    if (statement.op === "if" && areAll(statement.condition, isPteNone)) acts = true;
  });
  return waits && acts;
}

const others: readonly Effect[] = [
  ...references.map(withoutReference),
  ...namedAssignments.map(withoutAssigning),
  withoutAsking("rechecking the entry (pte_same)", isPteSame, () => true),
  withoutAsking("rechecking the entry (pte_none)", isPteNone, looksAgain),
];

function asChanged(body: RecordedStatement[] | undefined): Changed | undefined {
  return body && { body };
}

/** The names of the effects that a step has. */
export function effectsOf(body: Statements, actor: string): readonly string[] {
  return possibleEffects(body).flatMap(({ name, remove }) => (remove(body, actor) === undefined ? [] : [name]));
}

/** The step without an effect, or undefined if it does not have the effect. */
export function withoutEffect(body: Statements, name: string, actor: string): Changed | undefined {
  return possibleEffects(body)
    .find((effect) => effect.name === name)
    ?.remove(body, actor);
}
