/** What each line of a procedure is there for. */
import { html } from "lit-html";
import type { Panel } from "./panel.ts";

export const whyPanel: Panel = () => html`<p class="empty">No procedure is chosen.</p>`;
