/** What the parts of an edit's application share. */
import type { Node } from "../ir/recorder.ts";
import type { Variable } from "../ir/variable.ts";
import type { FeatureName } from "../model/features/catalogue.ts";
import type { PrimitiveName, Surroundings } from "../model/primitives.ts";
import type { Edit } from "./edit.ts";

/** An edit that names a step and cannot be made there. The message says why. */
export class EditError extends Error {
  override readonly name = "EditError";
  readonly edit: Edit;
  constructor(edit: Edit, message: string) {
    super(message);
    this.edit = edit;
  }
}

/** Turns a label of a scenario into the label that the step has in every scenario. */
export type Rename = (label: string) => string;

/** The model whose procedures are edited. */
export interface EditedModel {
  readonly has: (feature: FeatureName) => boolean;
  /** A node that does what the primitive does; undefined if it needs a page and there is none. */
  readonly record: (
    primitive: PrimitiveName,
    surroundings: Surroundings,
  ) => { readonly node: Node; readonly registers: readonly Variable[] } | undefined;
}

/** One edit of one actor. */
export interface Work {
  readonly edit: Edit;
  readonly actor: string;
  readonly model: EditedModel;
  readonly rename: Rename;
  /** New registers of the actor. */
  readonly registers: Variable[];
  lacking: EditError | undefined;
}
