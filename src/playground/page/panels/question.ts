/** What the next check asks beside the text of the scenario: the options of the command line as switches. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { printable } from "../../../text/printable.ts";
import type { Actions } from "../actions/actions.ts";
import { kernelsOf } from "../state/kernels.ts";
import type { State } from "../state/state.ts";
import { chips } from "./chips.ts";
import { featuresView } from "./features.ts";
import { fileChangesView } from "./file-changes.ts";
import { optionsView } from "./options.ts";

export function questionView(state: State, act: Actions): TemplateResult {
  return html`<aside class="question" aria-label="What to check">
    ${kernelsView(state, act)} ${fileChangesView(state, act)} ${editsView(state, act)} ${featuresView(state, act)} ${propertiesView(state, act)}
    ${optionsView(state, act)}
  </aside>`;
}

function kernelsView(state: State, act: Actions): TemplateResult {
  const chosen = kernelsOf(state);
  const named = state.lastFacts?.kernels ?? [];
  return html`<fieldset>
    <legend>Kernels</legend>
    ${state.catalogue?.kernels.map(
      ({ name, sentence }) => html`<label class="choice" title=${sentence}>
        <input type="checkbox" .checked=${live(chosen.includes(name))} @change=${() => act.switchKernel(name)} />
        <span class="name">${name}</span>
        ${named.length === 0 || named.includes(name) ? nothing : html`<span class="soft">not in the scenario</span>`}
        <span class="sentence">${sentence}</span>
      </label>`,
    )}
  </fieldset>`;
}

function editsView({ choices, editError }: State, act: Actions): TemplateResult {
  const field = (form: HTMLFormElement) => form.elements.namedItem("edit") as HTMLInputElement;
  return html`<fieldset>
    <legend>Edits of the kernel code</legend>
    ${chips(choices.edits, (_, position) => act.removeEdit(position))}
    <form
      class="add"
      @submit=${async (event: SubmitEvent) => {
        event.preventDefault();
        const input = field(event.currentTarget as HTMLFormElement);
        if (await act.addEdit(input.value)) input.value = "";
      }}
    >
      <input
        name="edit"
        class="name"
        aria-label="Edit"
        aria-describedby="edit-error"
        aria-invalid=${editError !== ""}
        autocomplete="off"
        placeholder="drop PROCEDURE: STEP"
      />
      <button type="submit">Add</button>
    </form>
    <pre id="edit-error" class="error" role="alert">${editError}</pre>
  </fieldset>`;
}

function propertiesView({ choices, lastFacts, catalogue }: State, act: Actions): TemplateResult {
  const own = lastFacts?.properties ?? [];
  const sentenceOf = (name: string) => catalogue?.properties.find((one) => one.name === name)?.sentence;
  const names = [...new Set([...own, ...(catalogue?.properties ?? []).map(({ name }) => name), ...choices.properties])];
  return html`<details>
    <summary>
      Properties <span class="soft">${choices.properties.length === 0 ? "as in the scenario" : "only the chosen ones"}</span>
    </summary>
    ${chips(choices.properties, act.switchProperty)}
    ${names.map(
      (name) => html`<label class="choice">
        <input
          type="checkbox"
          .checked=${live(choices.properties.includes(name))}
          @change=${() => act.switchProperty(name)}
        />
        <span class="name">${printable(name)}</span>
        <span class="sentence">${sentenceOf(name)}</span>
      </label>`,
    )}
  </details>`;
}
