/** Steps that the reader takes by hand. */
import { html } from "lit-html";
import type { Panel } from "./panel.ts";

export const explorePanel: Panel = () => html`<p class="empty">No path is open.</p>`;
