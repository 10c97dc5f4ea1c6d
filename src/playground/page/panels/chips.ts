import { html, nothing, type TemplateResult } from "lit-html";
import { printable } from "../../../text/printable.ts";

/** What differs from the scenario, each with a button that takes it back. */
export function chips(
  values: readonly string[],
  remove: (value: string, position: number) => void,
): TemplateResult | typeof nothing {
  if (values.length === 0) return nothing;
  return html`<ul class="chips">
    ${values.map(
      (value, position) => html`<li>
        <span class="name">${printable(value)}</span>
        <button type="button" class="plain" aria-label=${`Remove ${printable(value)}`} @click=${() => remove(value, position)}>×</button>
      </li>`,
    )}
  </ul>`;
}
