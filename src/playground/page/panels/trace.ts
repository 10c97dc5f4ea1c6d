/** The counterexample, or another trace that was opened, in the viewer. */
import { html, nothing } from "lit-html";
import { printable } from "../../../text/printable.ts";
import type { Panel } from "./panel.ts";
import { traceMenu } from "./trace-tools.ts";

/** `viewer`: the element that shows the trace. */
export function tracePanel(viewer: HTMLElement): Panel {
  return ({ trace, step }, act) =>
    trace === undefined
      ? html`<p class="empty">No trace is open. A check that finds a violation lists its traces under Result.</p>`
      : html`
          <div class="trace-bar">
            <button type="button" class="main" @click=${act.exploreFromTrace}>
              Take another step from ${step === 0 ? "the start" : `step ${step}`}
            </button>
            ${traceMenu(trace, act)}
            <code>${printable(trace.name)}</code>
          </div>
          ${trace.doubt === undefined ? nothing : html`<p class="stale" role="note">${trace.doubt}</p>`}
          ${viewer}
        `;
}
