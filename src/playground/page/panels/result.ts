/** The verdicts, what the command line says of each, and the traces to open. */
import { html, type TemplateResult } from "lit-html";
import type { KernelResult, TraceFile } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import type { Panel } from "./panel.ts";

export const resultPanel: Panel = ({ check }, act) => {
  switch (check.kind) {
    case "none":
      return html`<p class="empty">Nothing was checked yet.</p>`;
    case "running":
      return html`${check.results.map((result) => resultView(result, act))}`;
    case "refused":
      return html`${check.diagnostics.map(({ rendered }) => html`<pre>${rendered}</pre>`)}`;
    case "failed":
      return html`<pre>${check.message}</pre>`;
    case "done":
      return html`${check.report.results.map((result) => resultView(result, act))}
        <pre>${check.report.summary}</pre>`;
  }
};

function resultView({ text, traces, witnesses }: KernelResult, act: Actions): TemplateResult {
  return html`<article>
    <pre>${text}</pre>
    <p>${[...traces, ...witnesses].map((trace) => traceButton(trace, act))}</p>
  </article>`;
}

function traceButton(trace: TraceFile, act: Actions): TemplateResult {
  return html`<button type="button" @click=${() => act.showTrace(trace)}>${trace.name}</button>`;
}
