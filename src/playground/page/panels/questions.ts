/** The shipped scenarios. */
import { html } from "lit-html";
import type { Panel } from "./panel.ts";

export const questionsPanel: Panel = ({ library }, act) => html`
  <ul>
    ${library.map(
      (source) => html`<li>
        <button
          type="button"
          @click=${() => {
            act.open(source);
            act.showPanel("scenario");
          }}
        >
          ${source.file}
        </button>
      </li>`,
    )}
  </ul>
`;
