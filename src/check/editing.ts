/** The edits of one check. They are applied while the model is built, and errors there are attributed to them. */

import { UserError } from "../diagnostics/user-error.ts";
import { printEdit } from "../edits/edit.ts";
import { changeOf } from "../edits/edit-model.ts";
import { EditError } from "../edits/edit-work.ts";
import { unknownIn } from "../edits/unknown-step.ts";
import { at } from "../ir/lookup.ts";
import { ModelError } from "../ir/model-error.ts";
import { type ActorChange, outlineOperations } from "../model/build-model.ts";
import { listProcedures } from "../model/procedures.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { diagnosticAt, spanOf } from "../spec/source-file.ts";
import type { PlacedEdit, Spec } from "../spec/spec.ts";

export interface Editing {
  /** Undefined if there is nothing to edit. */
  readonly change: ActorChange | undefined;
  /** The edits that changed no place. Call this after the model is built. */
  readonly idle: () => readonly PlacedEdit[];
  /** Throws a UserError for an edit that names what does not exist in any scenario. */
  readonly rejectUnknown: () => void;
  /** Turns an error that an edit caused into a UserError, and returns any other error unchanged. */
  readonly explain: (error: unknown) => unknown;
}

export function editingFor(spec: Spec, edits: readonly PlacedEdit[]): Editing {
  const places = edits.map(() => 0);
  const lacking = new Set<EditError>();
  let applied = false;
  const idle = () => {
    // A model that was built without its edits would answer another question.
    if (edits.length > 0 && !applied) throw new Error("the model was built without its edits");
    return edits.filter((_, number) => places[number] === 0);
  };
  return {
    change:
      edits.length === 0
        ? undefined
        : changeOf(
            edits.map(({ edit }) => edit),
            (done) => {
              applied = true;
              for (const [number, one] of done.entries()) {
                places[number] = at(places, number) + one.places;
                if (one.lacking !== undefined) lacking.add(one.lacking);
              }
            },
          ),
    idle,
    rejectUnknown: () => {
      const unmatched = idle();
      if (unmatched.length === 0) return;
      const [first] = [...lacking].filter(({ edit }) => unmatched.some((placed) => placed.edit === edit));
      if (first !== undefined) throw first;
      // Of the real model, even in a test that checks a stand-in.
      const procedures = listProcedures(outlineOperations);
      const rename = anonymiser(spec.scenario);
      const errors = unmatched.flatMap((placed) => {
        const unknown = unknownIn(placed.edit, procedures, rename);
        return unknown === undefined
          ? []
          : errorAt(spec, placed, { code: "spec/unknown-step", ...unknown }).diagnostics;
      });
      if (errors.length > 0) throw new UserError(errors);
    },
    explain: (error) => {
      if (error instanceof EditError) {
        const placed = edits.find(({ edit }) => edit === error.edit);
        return placed === undefined ? error : errorAt(spec, placed, { code: "spec/bad-edit", message: error.message });
      }
      const [last] = edits.slice(-1);
      if (!(error instanceof ModelError) || last === undefined) return error;
      const message = `the edits make a model that cannot run: ${error.message}`;
      return errorAt(spec, last, { code: "spec/bad-edit", message });
    },
  };
}

interface Problem {
  readonly code: "spec/bad-edit" | "spec/unknown-step";
  readonly message: string;
  readonly hint?: string | undefined;
}

function errorAt(spec: Spec, { edit, path }: PlacedEdit, { code, message, hint }: Problem): UserError {
  if (path !== undefined)
    return new UserError([diagnosticAt(spec.source, spanOf(spec.source, path), { code, message, hint })]);
  const shown = { code, message: `the edit "${printEdit(edit)}": ${message}` };
  return new UserError([hint === undefined ? shown : { ...shown, hint }]);
}
