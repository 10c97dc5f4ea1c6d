/** A counterexample in Markdown: what broke, who did what step by step, and the part that failed. */
import { Chalk } from "chalk";
import type { Change, Trace, TraceStep } from "../trace/format.ts";
import { renderViolation } from "./counterexample.ts";
import { bold, code, codeBlock, plain, table } from "./markdown-text.ts";
import { titleOf } from "./title.ts";

export function markdownText(trace: Trace): string {
  const run = { spec: trace.spec.name, kernel: trace.kernel, features: trace.features };
  const lines = [`# ${plain(titleOf(run))}: ${plain(trace.property)} is violated`, "", ...traceSection(trace)];
  return lines.map((line) => `${line}\n`).join("");
}

/** Everything below the heading. */
export function traceSection(trace: Trace): readonly string[] {
  return [
    `${bold(trace.sentence)} That is broken after ${trace.steps.length} steps.`,
    "",
    ...table(
      ["", "actor", "function and step", "changes"],
      trace.steps.map((step, position) => rowOf(step, trace.steps[position - 1])),
    ),
    "",
    ...codeBlock(renderViolation(trace, new Chalk({ level: 0 })).map(withoutIndent)),
  ];
}

function rowOf(step: TraceStep, previous: TraceStep | undefined): readonly string[] {
  const { n, actor, procedure, label, choice, note, changes } = step;
  const chosen = choice.alternatives.length === 0 ? "" : ` ${plain(`[${choice.alternatives.join(", ")}]`)}`;
  return [
    String(n),
    // The name stands where the actor is another one than before, so that switches are seen.
    previous?.actor === actor ? "" : bold(actor),
    `${code(`${procedure}: ${label}`)}${chosen} ${plain(note)}`,
    changes.filter(isTold).map(changed).join("<br>"),
  ];
}

function isTold({ kind }: Change): boolean {
  return kind === "shared" || kind === "ghost";
}

function changed({ variable, old, new: now }: Change): string {
  return code(`${variable}: ${old ?? ""} -> ${now ?? ""}`);
}

function withoutIndent(line: string): string {
  return line.replace(/^ {2}/, "");
}
