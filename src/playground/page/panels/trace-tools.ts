/** One trace in a list: a button that opens it, and what else can be done with it. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { TraceFile } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { withoutWhom } from "../state/taking-part.ts";

/** `first`: the trace that the reader most likely wants. */
export function traceTools(file: TraceFile, first: boolean, act: Actions): TemplateResult {
  const { property, steps } = file.trace;
  const without = withoutWhom(file.trace);
  return html`<div class="trace-tools">
    <button type="button" class=${first ? "main" : ""} @click=${() => act.showTrace(file)}>
      ${property}, ${steps.length} steps
    </button>
    ${traceMenu(file, act)}
    ${without.length === 0 ? nothing : html`<span class="soft">without ${without.join(", ")}</span>`}
  </div>`;
}

/** Copies and files of a trace. */
export function traceMenu(file: TraceFile, act: Actions): TemplateResult {
  const name = file.trace.property;
  const item = (text: string, run: () => unknown) =>
    html`<button type="button" aria-label=${`${text}: ${name}`} @click=${run}>${text}</button>`;
  return html`<details class="menu">
    <summary aria-label=${`Share ${name}`}>Share</summary>
    <div>
      ${item("Copy as mail", () => act.copyAs(file, "mail"))}
      ${item("Copy as Markdown", () => act.copyAs(file, "markdown"))}
      ${item("Copy as Mermaid", () => act.copyAs(file, "mermaid"))}
      ${item("Download trace", () => act.downloadTrace(file))}
      ${item("Download page", () => act.downloadPage(file))}
    </div>
  </details>`;
}
