/**
 * A counterexample in Markdown: the violated property, the story, the steps, and the part of the property that failed.
 */
import { Chalk } from "chalk";
import { printableParts } from "../text/printable.ts";
import { compactChange, compactSeen, legendOfSteps } from "../trace/change-text.ts";
import { deedOf, seenBesideDeed } from "../trace/deed.ts";
import type { Change, Trace, TraceStep } from "../trace/format.ts";
import { promiseOf } from "../trace/promise.ts";
import { tellStory } from "../trace/story.ts";
import { renderViolation } from "./counterexample.ts";
import { bold, code, codeBlock, plain, table } from "./markdown-text.ts";
import { groupsOf } from "./step-groups.ts";
import { traceTitle } from "./title.ts";

export function markdownText(recorded: Trace): string {
  const trace = printableParts(recorded);
  const lines = [`# ${plain(traceTitle(trace))}`, "", ...traceSection(trace)];
  return lines.map((line) => `${line}\n`).join("");
}

/** Everything below the heading. */
export function traceSection(trace: Trace): readonly string[] {
  const failing = withoutIndent(renderViolation(trace, new Chalk({ level: 0 })));
  const legend = legendOfSteps(trace.steps);
  return [
    bold(promiseOf(trace)),
    "",
    ...tellStory(trace).map((sentence) => `- ${plain(sentence)}`),
    "",
    ...table(["", "actor", "function and step", "changes"], rowsOf(trace)),
    ...(legend.length === 0 ? [] : ["", plain(legend.join("; "))]),
    ...(failing.length === 0 ? [] : ["", ...codeBlock(failing)]),
  ];
}

function withoutIndent(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  return lines.map((line) => line.slice(Math.min(...indents)));
}

function rowsOf({ steps, violation: { repeats } }: Trace): readonly (readonly string[])[] {
  let actor: string | undefined;
  return groupsOf(steps).flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return [];
    // The name appears only when the actor changes, so that switches are visible.
    const name = first.actor === actor ? "" : bold(first.actor);
    actor = first.actor;
    return [
      ...(first.n === repeats ? [["", "", bold("for ever:"), ""]] : []),
      [
        first === last ? String(first.n) : `${first.n}-${last.n}`,
        name,
        ...(first.matters ? told(first) : counted(group)),
      ],
    ];
  });
}

function told(step: TraceStep): readonly string[] {
  const { procedure, label, choice, changes } = step;
  const chosen = choice.alternatives.length === 0 ? "" : ` ${plain(`[${choice.alternatives.join(", ")}]`)}`;
  const shown = changes.filter(({ kind }) => kind === "shared" || kind === "ghost");
  return [
    `${code(`${procedure}: ${label}`)}${chosen} ${plain(deedOf(step))}`,
    [...seenBesideDeed(step).map((seen) => code(compactSeen(seen))), ...shown.map(changed)].join("<br>"),
  ];
}

/** The cells for steps that do not matter. */
function counted(steps: readonly TraceStep[]): readonly string[] {
  return [`does not matter: ${steps.map(({ procedure, label }) => code(`${procedure}: ${label}`)).join(", ")}`, ""];
}

function changed(change: Change): string {
  return change.meaning === undefined ? code(compactChange(change)) : plain(compactChange(change));
}
