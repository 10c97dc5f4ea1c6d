/** The text of the scenario, and what is wrong with it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { printableLines } from "../../../text/printable.ts";
import type { PlacedDiagnostic } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { editorHelpId } from "../editor/scenario-editor.ts";
import type { Panel } from "./panel.ts";

/** So many lines are enough to see what is going on. */
const mostDisguised = 5;

/** `editor` is one element for the whole life of the page, so that it keeps its cursor and what can be undone. */
export const scenarioPanel =
  (editor: HTMLElement): Panel =>
  ({ facts, source, check, catalogue }, act) =>
    html`
    <section class="scenario-panel" aria-label="Scenario">
      ${editor}
      <p id=${editorHelpId} class="soft help">
        <kbd>Ctrl+Space</kbd> completes, <kbd>Ctrl+I</kbd> explains, <kbd>Ctrl+Enter</kbd> checks. <kbd>Esc</kbd>, then
        <kbd>Tab</kbd> leaves the editor.
      </p>
      <div role="status" class="diagnostics-status">
        ${disguisedView(source.text)}
        ${facts === undefined || source.text === "" ? nothing : facts.ok ? html`<p class="soft">No errors.${check.kind === "none" && catalogue !== undefined ? html` Not checked yet. <button type="button" @click=${act.check}>Check it</button>` : nothing}</p>` : diagnosticsView(facts.diagnostics, act)}
      </div>
    </section>
  `;

export function diagnosticsView(diagnostics: readonly PlacedDiagnostic[], act: Actions): TemplateResult {
  return html`<ul class="diagnostics" aria-label="Errors">
    ${diagnostics.map(({ range, rendered, line, column }) => {
      const { from, to } = range ?? { from: 0, to: 0 };
      return html`<li>
        ${
          range === undefined
            ? nothing
            : html`<button type="button" class="plain" @click=${() => act.goTo({ from, to })}>
                Line ${line}, column ${column}
              </button>`
        }
        <pre>${rendered}</pre>
      </li>`;
    })}
  </ul>`;
}

/** The editor shows such characters as browsers do: not at all, or by turning the text around. */
function disguisedView(text: string): TemplateResult | typeof nothing {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const found = lines.map((line, index) => ({ shown: printableLines(line), line, number: index + 1 }));
  const disguised = found.filter(({ shown, line }) => shown !== line).slice(0, mostDisguised);
  if (disguised.length === 0) return nothing;
  return html`<div class="stale">
    <p>Some characters are invisible or change the order of others. These lines contain:</p>
    <pre>${disguised.map(({ shown, number }) => `${number}: ${shown}\n`).join("")}</pre>
  </div>`;
}
