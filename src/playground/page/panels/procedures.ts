/** The procedures of the kernel and the driver that the scenario runs; a line can be edited with a click. */
import { html, nothing, type TemplateResult } from "lit-html";
import { at } from "../../../ir/lookup.ts";
import type { ProcedureView } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { codeSubjectOf } from "../state/code-subject.ts";
import { kernelsOf } from "../state/kernels.ts";
import type { State } from "../state/state.ts";
import { linesView } from "./code-lines.ts";
import type { Panel } from "./panel.ts";
import { diagnosticsView } from "./scenario.ts";

export const proceduresPanel: Panel = (state, act) => {
  const subject = codeSubjectOf(state);
  if (state.source.text === "") return html`<p class="empty">No scenario is open. Questions lists them.</p>`;
  const { shown } = state.code;
  if (shown === undefined || shown.source.file !== subject?.source.file)
    return html`<p class="empty" role="status">Reading the scenario.</p>`;
  if (!shown.answer.ok) return diagnosticsView(shown.answer.diagnostics, act);
  const views = shown.answer.value;
  const chosen = views.find(({ name }) => name === state.code.procedure) ?? views[0];
  return html`<section class="code" aria-label="Kernel code">
    ${chooserView(views, chosen, state, act)}
    ${chosen === undefined ? html`<p class="empty">The actors run nothing.</p>` : procedureView(chosen, state, act)}
  </section>`;
};

/** A list, and on narrow screens a field. */
function chooserView(
  views: readonly ProcedureView[],
  chosen: ProcedureView | undefined,
  state: State,
  act: Actions,
): TemplateResult {
  const kernel = codeSubjectOf(state)?.kernel;
  const kernels = kernelsOf(state);
  return html`<div class="code-chooser">
    <label class="field">
      Kernel
      <select @change=${(event: Event) => act.showKernel(at(kernels, chosenIn(event).selectedIndex))}>
        ${kernels.map((name) => html`<option ?selected=${name === kernel}>${name}</option>`)}
      </select>
    </label>
    <label class="field narrow-only">
      Procedure
      <select @change=${(event: Event) => act.showProcedure(chosenIn(event).value)}>
        ${views.map(({ name }) => html`<option ?selected=${name === chosen?.name}>${name}</option>`)}
      </select>
    </label>
    <nav class="wide-only" aria-label="Procedures">
      <ul>
        ${views.map(
          ({ name, lines }) => html`<li>
            <button
              type="button"
              class="plain name"
              aria-current=${name === chosen?.name ? "true" : "false"}
              @click=${() => act.showProcedure(name)}
            >
              ${name}${lines.some(({ change }) => change !== undefined) ? html` <span class="soft">edited</span>` : nothing}
            </button>
          </li>`,
        )}
      </ul>
    </nav>
  </div>`;
}

function chosenIn({ target }: Event): HTMLSelectElement {
  return target as HTMLSelectElement;
}

function procedureView(view: ProcedureView, state: State, act: Actions): TemplateResult {
  return html`<div class="procedure">
    <div class="procedure-head">
      <h2 class="name">${view.name}() <span class="soft">${view.file}</span></h2>
      <button type="button" @click=${() => act.askWhy(view.name)}>Why are these lines here?</button>
    </div>
    <p class="soft help">
      A click on a line says what is known to need it, and offers edits. <kbd>↑</kbd> <kbd>↓</kbd> go from line to line.
    </p>
    ${linesView(view, state, act)}
  </div>`;
}
