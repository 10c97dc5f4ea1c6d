/** The features of the kernels: each can be switched on or off for all kernels of the check. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Catalogue } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import type { State } from "../state/state.ts";
import { chips } from "./chips.ts";

type Feature = Catalogue["features"][number];

export function featuresView({ choices, catalogue, featureSearch, lastFacts }: State, act: Actions): TemplateResult {
  const features = catalogue?.features ?? [];
  const words = featureSearch.toLowerCase().match(/\S+/g) ?? [];
  const found = features.filter(({ name, sentence }) =>
    words.every((word) => `${name} ${sentence}`.toLowerCase().includes(word)),
  );
  const changed = [
    ...choices.with.map((feature) => `with ${feature}`),
    ...choices.without.map((feature) => `without ${feature}`),
  ];
  return html`
    <details>
      <summary>Features <span class="soft">${changed.length > 0 ? "" : lastFacts?.changes.length === 0 ? "as each kernel has them" : "as the scenario has them"}</span></summary>
      <label class="field wide">
        Search
        <input
          type="search"
          .value=${live(featureSearch)}
          placeholder="migration flush"
          @input=${(event: Event) => act.searchFeatures((event.target as HTMLInputElement).value)}
        />
      </label>
      <ul class="features" tabindex="0" aria-label="Features">
        ${found.map((feature) => featureView(feature, choices, act))}
      </ul>
    </details>
    ${chips(changed, (text) => act.setFeature(text.replace(/^with(out)? /, ""), "as it is"))}
  `;
}

function featureView({ name, sentence }: Feature, choices: State["choices"], act: Actions): TemplateResult {
  const now = choices.with.includes(name) ? "with" : choices.without.includes(name) ? "without" : "as it is";
  return html`<li>
    <select
      aria-label=${name}
      @change=${(event: Event) =>
        act.setFeature(name, (event.target as HTMLSelectElement).value as "with" | "without" | "as it is")}
    >
      ${(["as it is", "with", "without"] as const).map(
        (how) => html`<option value=${how} ?selected=${live(how === now)}>${how}</option>`,
      )}
    </select>
    <span class="name">${name}</span>
    <p class="sentence">${sentence}</p>
  </li>`;
}
