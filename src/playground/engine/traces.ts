/** Traces that are opened, and traces in other formats. */
import { Chalk } from "chalk";
import { subjectOfTrace } from "../../check/subject-of-trace.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { htmlPage } from "../../reporters/html-page.ts";
import { mailReporter } from "../../reporters/mail.ts";
import { markdownReporter } from "../../reporters/markdown.ts";
import { mermaidReporter } from "../../reporters/mermaid.ts";
import { renderReplayed } from "../../reporters/replayed.ts";
import { type ReporterEntry, traceRenderer } from "../../reporters/reporter.ts";
import { printable } from "../../text/printable.ts";
import type { Trace } from "../../trace/format.ts";
import { parseTrace } from "../../trace/parse-trace.ts";
import { replay } from "../../trace/replay.ts";
import type { Answer, Conversion, OpenedTrace, TraceFile } from "../protocol.ts";
import { answer } from "./answer.ts";
import type { EngineHost } from "./engine-host.ts";
import { pathOfTrace } from "./trace-path.ts";

/** Executes the trace again. A trace that cannot be executed is still shown, and `replayed` says why it cannot. */
export function openTrace(name: string, text: string, host: EngineHost): Promise<Answer<OpenedTrace>> {
  return answer({ file: name, text }, async () => {
    const trace = parseTrace(text, name);
    const { doubt, ...found } = await executed(trace, name, host);
    const file = { name, text, trace };
    return { trace: doubt === undefined ? file : doubted(file, doubt), ...found };
  });
}

/** The viewer and every reporter show the sentence of the property beside the verdict. */
function doubted({ trace, ...file }: TraceFile, doubt: string): TraceFile {
  const sentence = `${capitalised(doubt)}. The file says: ${trace.sentence}`;
  return { ...file, trace: { ...trace, sentence }, doubt };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface Executed extends Pick<OpenedTrace, "replayed" | "path"> {
  readonly doubt?: string;
}

async function executed(trace: Trace, name: string, host: EngineHost): Promise<Executed> {
  try {
    const subject = await subjectOfTrace(trace, name, host);
    const result = replay(trace, subject);
    const replayed = renderReplayed(trace, result, new Chalk({ level: 0 }));
    const text = `${replayed.join("\n")}\n`;
    if (result.reproduced) return { replayed: text, path: pathOfTrace(trace, subject, host) };
    return { replayed: text, path: undefined, doubt: text.trim().split("\n", 1)[0] ?? "" };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [reason = ""] = error.message.split("\n", 1);
    return { replayed: `${error.message}\n`, path: undefined, doubt: `not reproduced: ${printable(reason)}` };
  }
}

const inText: Readonly<Record<Exclude<Conversion, "html">, ReporterEntry>> = {
  mail: mailReporter,
  markdown: markdownReporter,
  mermaid: mermaidReporter,
};

/** `viewer`: src/viewer as one page, with a place for its data. */
export function convert({ trace, doubt }: TraceFile, to: Conversion, viewer: string): string {
  if (to === "html") return htmlPage([trace], viewer);
  const render = traceRenderer(inText[to]);
  if (render === undefined) throw new Error(`no reporter writes a trace as ${to}`);
  const isProse = to === "mail" || to === "markdown";
  return doubt === undefined || !isProse ? render(trace) : `${capitalised(doubt)}.\n\n${render(trace)}`;
}
