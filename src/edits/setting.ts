/** Assignments of state that no other effect names: an edit takes them away by the variable that the step sets. */
import type { RecordedStatement } from "../ir/recorder.ts";
import { inBodies, type Statements } from "./statements.ts";

export type Assignment = Extract<RecordedStatement, { op: "assign" }>;

/** A register only holds what was read, and a ghost is there for properties. Neither is state of the kernel. */
function isState({ target: { variable } }: Assignment): boolean {
  return variable.actor === undefined && !variable.ghost;
}

/** The variables that the step sets. `isNamed`: another effect takes the assignment away. */
export function variablesSet(body: Statements, isNamed: (assignment: Assignment) => boolean): readonly string[] {
  const names = new Set<string>();
  withoutSetting(body, (assignment) => {
    if (isState(assignment) && !isNamed(assignment)) names.add(assignment.target.variable.name);
    return false;
  });
  return [...names];
}

/**
 * The step without some of its assignments. What resets a page that becomes free stays: it is one function of the model,
 * the same in every step that drops a last reference.
 */
export function withoutSetting(body: Statements, isLeftOut: (assignment: Assignment) => boolean): RecordedStatement[] {
  if (body.some((statement) => statement.op === "emit" && statement.event === "page_freed")) return [...body];
  return body.flatMap((statement) =>
    statement.op === "assign" && isLeftOut(statement)
      ? []
      : [inBodies(statement, (part) => withoutSetting(part, isLeftOut))],
  );
}
