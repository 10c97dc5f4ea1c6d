/** A text to be copied by hand, if the browser keeps the clipboard closed. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../actions/actions.ts";
import type { State } from "../state/state.ts";

export const textDialogId = "text-to-copy";

export function textDialog({ textToCopy }: State, act: Actions): TemplateResult {
  return html`<dialog id=${textDialogId} aria-labelledby="text-title" @close=${act.closeText}>
    ${
      textToCopy === undefined
        ? nothing
        : html`<h2 id="text-title">${textToCopy.what}</h2>
            <textarea readonly rows="12" aria-labelledby="text-title" .value=${textToCopy.text}></textarea>
            <form method="dialog"><button type="submit">Close</button></form>`
    }
  </dialog>`;
}
