/** The procedures that the actors of a scenario run, line by line, as the chosen edits leave them. */
import { printEdit } from "../../edits/edit.ts";
import { effectsOf } from "../../edits/effects.ts";
import { at } from "../../ir/lookup.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";
import { type Placing, placeInOrder } from "../../model/place-in-order.ts";
import { isStep, listProcedures } from "../../model/procedures.ts";
import { anonymiser } from "../../model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../../model/scenario/everything.ts";
import type { LibraryFacts } from "../../why/library-facts.ts";
import { type Line, lineOfCall, lineOfStep } from "../../why/line.ts";
import { neededFor } from "../../why/needed.ts";
import type { LineChange, LineEffect, ProcedureLine, ProcedureView } from "../protocol.ts";
import { changeText } from "./procedures/change-text.ts";
import { labelOf, type Part } from "./procedures/edited-parts.ts";
import { type Activation, recordActors, type Subject } from "./procedures/recorded-actors.ts";

export interface ProceduresMeans extends Pick<ModelBuilder, "recordScenario" | "outlineOperations"> {
  /** What the scenarios of the package are known to need. */
  readonly noticed: LibraryFacts["lines"];
}

/** A line while it is collected from several calls. */
interface Draft {
  readonly kind: ProcedureLine["kind"];
  readonly label: string;
  readonly note: string;
  /** The label that the line has in every scenario. */
  readonly everywhere: string;
  readonly effects: ReadonlySet<string>;
  readonly actors: ReadonlySet<string>;
  readonly change: Part["change"];
}

/**
 * `texts`: the edits of the question, which are the last ones of `subject`, as it has them. Throws an EditError for an
 * edit that cannot be made.
 */
export function proceduresOf(
  subject: Subject,
  texts: readonly string[],
  { recordScenario, outlineOperations, noticed }: ProceduresMeans,
): readonly ProcedureView[] {
  const { spec, kernel, features } = subject;
  const rename = anonymiser(spec.scenario);
  const renameListed = anonymiser(at(scenariosOfEverything(), 0));
  const listed = new Map(listProcedures(outlineOperations).map((item) => [item.name, item]));
  const activations = recordActors(subject, { recordScenario }).flatMap((recorded) => recorded.activations);

  const views = [...groupedByProcedure(activations)].map(([name, calls]): ProcedureView => {
    const drafts: Draft[] = [];
    for (const { actor, parts } of calls)
      placeInOrder(
        parts.map((part) => draftOf(part, actor, rename)),
        drafts,
        ofScenario,
      );
    const outline = listed.get(name)?.outline.filter(({ kernels }) => kernels.includes(kernel)) ?? [];
    const others = outline.map((part): Draft => {
      const own = isStep(part)
        ? ({ kind: "step", label: part.label, note: part.note } as const)
        : ({ kind: "call", label: part.calls, note: "" } as const);
      const everywhere = renameListed(own.label);
      return { ...own, everywhere, effects: new Set(), actors: new Set(), change: undefined };
    });
    const { file } = at(calls, 0);
    // Other scenarios' programs say nothing about this one.
    if (file !== scenarioFile) placeInOrder(others, drafts, ofEveryScenario);
    return { name, file, lines: drafts.map((draft) => lineOf(name, draft)) };
  });
  // The programs of the actors are no code of the kernel.
  return [...views.filter(({ file }) => file !== scenarioFile), ...views.filter(({ file }) => file === scenarioFile)];

  function lineOf(procedure: string, { kind, label, note, everywhere, effects, actors, change }: Draft): ProcedureLine {
    const need = (line: Line): LineEffect => ({ name: line.effect, needed: neededFor(line, noticed, kernel) });
    const call = kind === "call" ? lineOfCall(procedure, label) : undefined;
    const lines = kind === "call" ? [] : [...effects].map((effect) => lineOfStep(procedure, everywhere, effect));
    return {
      kind,
      label,
      note,
      effects: (call === undefined ? lines : [call]).map(need),
      actors: [...actors],
      change: change && changeOf(change, label),
    };
  }

  function changeOf({ how, by }: NonNullable<Part["change"]>, label: string): LineChange {
    const edits = (features.edits ?? []).map(({ edit }) => edit);
    const number = edits.indexOf(by) - (edits.length - texts.length);
    const what = changeText(how, by, label);
    return number < 0
      ? { how, what, edit: printEdit(by), number: undefined }
      : { how, what, edit: at(texts, number), number };
  }
}

const scenarioFile = "scenario";

function groupedByProcedure(activations: readonly Activation[]): ReadonlyMap<string, readonly Activation[]> {
  const groups = new Map<string, Activation[]>();
  for (const activation of activations)
    groups.set(activation.procedure, [...(groups.get(activation.procedure) ?? []), activation]);
  return groups;
}

function draftOf(part: Part, actor: string, rename: (label: string) => string): Draft {
  const { node, change } = part;
  const label = labelOf(node);
  return {
    kind: node.kind,
    label,
    note: node.kind === "step" ? node.note : "",
    everywhere: rename(label),
    effects: new Set(node.kind === "step" ? effectsOf(node.body, actor) : []),
    actors: new Set([actor]),
    change,
  };
}

const ofScenario: Placing<Draft, Draft> = {
  isSame: (known, draft) =>
    known.kind === draft.kind &&
    known.label === draft.label &&
    (known.change?.how === "dropped") === (draft.change?.how === "dropped"),
  merge: (known, draft) =>
    known === undefined
      ? draft
      : {
          ...known,
          effects: new Set([...known.effects, ...draft.effects]),
          actors: new Set([...known.actors, ...draft.actors]),
          change: known.change ?? draft.change,
        },
};

/** What `explain` lists beyond the lines of this scenario. */
const ofEveryScenario: Placing<Draft, Draft> = {
  isSame: (known, draft) => known.kind === draft.kind && known.everywhere === draft.everywhere,
  merge: (known, draft) => known ?? draft,
};
