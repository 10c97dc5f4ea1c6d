/** How a path ends: with the violation that it should lead to, with another one, or with none. */
import { withCause } from "./cause.ts";
import { noProperty, rangeProperty, type Violation } from "./format.ts";
import { type PathEnd, type Subject, violationOf } from "./violation.ts";

export interface ViolatedProperty {
  readonly property: string;
  readonly violation: Violation;
}

const nothing: Violation = { kind: "none", message: "no property is violated" };

/** The end as a trace records it; undefined if the path does not violate the named property. */
export function endingOf(subject: Subject, property: string, end: PathEnd): Violation | undefined {
  if (property !== noProperty.name) {
    const violation = violationOf(subject, property, end);
    return violation && withCause(subject, property, end, violation);
  }
  return violationsAt(subject, end).length === 0 ? nothing : undefined;
}

/** Every property that is violated at the end of a path. Finds only those livelocks that a short look finds. */
export function violationsAt(subject: Subject, end: PathEnd): readonly ViolatedProperty[] {
  const names = [rangeProperty.name, ...subject.properties.map(({ property }) => property.name)];
  return names.flatMap((property) => {
    const violation = violationOf(subject, property, end, "short");
    return violation === undefined ? [] : [{ property, violation }];
  });
}
