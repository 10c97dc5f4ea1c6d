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
    return { trace: { name, text, trace }, ...(await executed(trace, name, host)) };
  });
}

async function executed(trace: Trace, name: string, host: EngineHost): Promise<Pick<OpenedTrace, "replayed" | "path">> {
  try {
    const subject = await subjectOfTrace(trace, name, host);
    const result = replay(trace, subject);
    const replayed = renderReplayed(trace, result, new Chalk({ level: 0 }));
    const path = result.reproduced ? pathOfTrace(trace, subject, host) : undefined;
    return { replayed: `${replayed.join("\n")}\n`, path };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { replayed: `${error.message}\n`, path: undefined };
  }
}

const inText: Readonly<Record<Exclude<Conversion, "html">, ReporterEntry>> = {
  mail: mailReporter,
  markdown: markdownReporter,
  mermaid: mermaidReporter,
};

/** `viewer`: src/viewer as one page, with a place for its data. */
export function convert({ trace }: TraceFile, to: Conversion, viewer: string): string {
  if (to === "html") return htmlPage([trace], viewer);
  const render = traceRenderer(inText[to]);
  if (render === undefined) throw new Error(`no reporter writes a trace as ${to}`);
  return render(trace);
}
