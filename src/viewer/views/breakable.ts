import { html, type TemplateResult } from "lit-html";

/** If there is no room, long names break after an underscore. `active--` does not break. */
export function breakable(name: string): readonly (string | TemplateResult)[] {
  return name.split(/(?<=_)/).map((part, index) => {
    const text = part.includes("--") ? html`<span class="whole">${part}</span>` : part;
    return index === 0 ? text : html`<wbr />${text}`;
  });
}
