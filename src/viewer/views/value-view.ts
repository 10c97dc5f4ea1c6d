/** A variable's value, and how the last step changed it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { compactName, compactValue, flagLetters } from "../../trace/change-text.ts";
import type { Page } from "../data/page.ts";

/** Values that mean that there is nothing special. */
const resting: ReadonlySet<string> = new Set(["0", "false", "free", "none", "-", "no page"]);

function meaningOf(word: string): string | undefined {
  return Object.values(flagLetters).find(({ letter }) => letter === word)?.meaning;
}

/** A value with its first word emphasised: `present P0 W`. */
export function valueView(value: string | null): TemplateResult {
  if (value === null) return html`<span class="value resting">none</span>`;
  if (resting.has(value)) return html`<span class="value resting"><b>${value}</b></span>`;
  const [first = "", ...rest] = compactValue(value).split(" ");
  return html`<span class="value"
    ><b>${first}</b>${rest.map((word) => html` <span class="word" title=${meaningOf(word) ?? nothing}>${word}</span>`)}</span
  >`;
}

/**
 * The value at the position. If the step changed it, also the value before. For a register that no longer has a
 * meaning, the value that the step found.
 */
export function changingValueView({ history, since, position }: Page, variable: string): TemplateResult {
  const change = history.changeBetween(variable, since, position);
  const now = history.valueAt(variable, position);
  const value = valueView(now ?? history.valueAt(variable, position - 1));
  if (change === undefined || now === null) return value;
  return html`<span class="changed"
    ><span class="mark" aria-hidden="true">&#9670;</span>${
      change.old === null
        ? nothing
        : html`<del><span class="unseen">was </span>${compactValue(change.old)}</del> <span aria-hidden="true">&rarr;</span> `
    }<ins><span class="unseen">changed to </span>${value}</ins></span
  >`;
}

/** The same as a button that follows the variable; the list of variables does that for the keyboard. */
export function cellView(page: Page, variable: string): TemplateResult {
  return html`<button
    type="button"
    class=${page.followed === variable ? "cell followed" : "cell"}
    tabindex="-1"
    title=${`Follow ${compactName(variable)}`}
    data-variable=${variable}
    @click=${() => page.act.follow(variable)}
  >
    ${changingValueView(page, variable)}
  </button>`;
}
