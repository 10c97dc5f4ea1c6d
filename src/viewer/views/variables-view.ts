/** Every variable with its value, to be filtered. */
import { html, type TemplateResult } from "lit-html";
import { compactName, compactValue } from "../../trace/change-text.ts";
import type { Page } from "../data/page.ts";
import { changingValueView } from "./value-view.ts";

export function variablesView(page: Page): TemplateResult {
  const { history, filter, onlyChanged, since, position, followed, act } = page;
  const isChanged = (name: string) => history.changeBetween(name, since, position) !== undefined;
  const words = filter.toLowerCase().split(/\s+/);
  const shown = history.variables.filter((name) => {
    const value = history.valueAt(name, position);
    const text = `${name} ${compactName(name)} ${value ?? ""} ${compactValue(value)}`.toLowerCase();
    return value !== null && words.every((word) => text.includes(word)) && (!onlyChanged || isChanged(name));
  });
  return html`<section class="panel variables">
    <h2>All variables</h2>
    <div class="filter">
      <label class="field">Filter
        <input type="search" .value=${filter} @input=${(event: Event) => act.filter((event.target as HTMLInputElement).value)} />
      </label>
      <label>
        <input
          type="checkbox"
          .checked=${onlyChanged}
          @change=${(event: Event) => act.showOnlyChanged((event.target as HTMLInputElement).checked)}
        />
        changed by this step
      </label>
      <span class="soft" role="status">${shown.length} of ${history.variables.length}</span>
    </div>
    <ul class="list">
      ${shown.map(
        (name) => html`<li class=${isChanged(name) ? "changed-cell" : ""}>
          <button
            type="button"
            class=${name === followed ? "name followed" : "name"}
            aria-pressed=${name === followed ? "true" : "false"}
            @click=${() => act.follow(name)}
          >
            ${compactName(name)}
          </button>
          <span>${changingValueView(page, name)}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}
