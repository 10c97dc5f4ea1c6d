/** The counterexample, or another trace that was opened. */
import { html } from "lit-html";
import type { Panel } from "./panel.ts";

export const tracePanel: Panel = ({ trace }) =>
  trace === undefined
    ? html`<p class="empty">No trace is open. A check that finds a violation lists its traces under Result.</p>`
    : html`<h2>${trace.name}</h2>`;
