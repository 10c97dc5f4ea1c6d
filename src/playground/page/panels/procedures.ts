/** The procedures of the kernel and the driver that the scenario runs; a line can be edited with a click. */
import { html } from "lit-html";
import type { Panel } from "./panel.ts";

export const proceduresPanel: Panel = () => html`<p class="empty">No scenario is open.</p>`;
