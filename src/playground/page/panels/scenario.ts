/** The text of the scenario. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Panel } from "./panel.ts";

export const scenarioPanel: Panel = ({ source }, act) => html`
  <textarea
    aria-label="Scenario"
    .value=${live(source.text)}
    @input=${(event: Event) => act.edit((event.target as HTMLTextAreaElement).value)}
  ></textarea>
`;
