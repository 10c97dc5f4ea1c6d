/** The ways that a step can choose to go: an edit takes one away by its name. */
import type { RecordedStatement } from "../ir/recorder.ts";
import { inBodies, type Statements, walk } from "./statements.ts";

/** A name with a number stands for one of several pages, slots or operations, and one is as good as another. */
function isWay(name: string): boolean {
  return !/\d/.test(name);
}

/** The names of the ways. A step that has no other choice has to keep it. */
export function waysOf(body: Statements): readonly string[] {
  const names = new Set<string>();
  walk(body, (statement) => {
    if (statement.op === "choose" && statement.alternatives.length > 1)
      for (const { name } of statement.alternatives) if (isWay(name)) names.add(name);
  });
  return [...names];
}

export function withoutWay(body: Statements, way: string): RecordedStatement[] {
  return body.map((statement) => {
    const inner = inBodies(statement, (part) => withoutWay(part, way));
    if (inner.op !== "choose" || inner.alternatives.length === 1) return inner;
    return { ...inner, alternatives: inner.alternatives.filter(({ name }) => name !== way) };
  });
}
