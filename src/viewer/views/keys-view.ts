/** The keys, in a window that the key `?` and a button open. */
import { html, type TemplateResult } from "lit-html";
import { keyBindings } from "../data/keys.ts";

const names: Readonly<Record<string, string>> = {
  ArrowLeft: "\u2190",
  ArrowUp: "\u2191",
  ArrowRight: "\u2192",
  ArrowDown: "\u2193",
};

export const keysDialogId = "keys";

export function keysView(): TemplateResult {
  return html`<dialog id=${keysDialogId} aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl class="keys">
      ${keyBindings.map(
        ({ keys, meaning }) => html`<div>
          <dt>${keys.map((key) => html`<kbd>${names[key] ?? key}</kbd> `)}</dt>
          <dd>${meaning}</dd>
        </div>`,
      )}
    </dl>
    <p class="soft">A step's number is a link to that step.</p>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
