/**
 * A counterexample for a mail: the violated property, the race as kernel commit messages draw one, and what goes wrong
 * in two lines or so. It fits the width of a plain-text mail and one screen.
 */

import { Chalk, type ChalkInstance } from "chalk";
import { mailWidth, paragraph } from "../text/paragraph.ts";
import { printableParts } from "../text/printable.ts";
import type { Trace } from "../trace/format.ts";
import { promiseOf } from "../trace/promise.ts";
import { drawingOf } from "./drawing/drawing.ts";
import { endingOf } from "./ending.ts";
import type { ReporterEntry } from "./reporter.ts";
import { plainTitle } from "./title.ts";

export const mailReporter: ReporterEntry = {
  name: "mail",
  sentence: "Each counterexample side by side as in a kernel commit message, for a plain-text mail.",
  kind: { what: "a mail of exclusive-check", begins: /^exclusive-check: / },
  besideTraces: { extension: ".txt", render: (trace) => `${mailText(trace).join("\n")}\n` },
};

/** As many as a screen shows. */
const mostLines = 40;

export function mailText(recorded: Trace): readonly string[] {
  const trace = printableParts(recorded);
  const head = [...text(`exclusive-check: ${plainTitle(trace)}`, "  "), ""];
  return [...head, ...drawnRace(trace, new Chalk({ level: 0 }), mostLines - head.length)];
}

/** The promise, the drawing and what goes wrong, in about `most` lines. */
export function drawnRace(trace: Trace, colors: ChalkInstance, most = mostLines): readonly string[] {
  const promise = text(promiseOf(trace));
  const ending = endingOf(trace);
  const end = text(ending);
  const drawing = drawingOf(trace, { mostLines: most - promise.length - end.length - 2, ending, colors });
  return [...promise, "", ...drawing, ...(drawing.length === 0 ? [] : [""]), ...end];
}

function text(content: string, indent = ""): readonly string[] {
  return paragraph(content, indent, "", mailWidth);
}
