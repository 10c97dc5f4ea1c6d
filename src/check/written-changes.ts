import { printEdit } from "../edits/edit.ts";
import type { FeatureChanges } from "../spec/spec.ts";
import type { FeatureChanges as WrittenChanges } from "../trace/format.ts";

/** How a model differs from its kernel, as reports and traces write it. */
export function writtenChanges({ with: on, without: off, edits = [] }: FeatureChanges): WrittenChanges {
  const both = { with: on, without: off };
  return edits.length === 0 ? both : { ...both, edits: edits.map(({ edit }) => printEdit(edit)) };
}
