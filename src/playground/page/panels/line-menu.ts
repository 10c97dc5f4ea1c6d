/** What can be done with a line: what it is for, and the edits that are offered. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { OfferedEdit, ProcedureLine } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import type { LineMenu } from "../state/code.ts";
import { diagnosticsView } from "./scenario.ts";

export function lineMenuView(line: ProcedureLine, menu: LineMenu, act: Actions): TemplateResult {
  const { procedure } = menu.line;
  return html`<div class="line-menu" role="group" aria-label=${`${procedure}: ${line.label}`}>
    ${line.change === undefined ? nothing : html`<p>${line.change.how} by <span class="name">${line.change.edit}</span></p>`}
    ${effectsView(line, menu, act)} ${menu.dropped ? nothing : offersView(line, menu, act)}
    <p>
      ${
        line.kind === "step" && line.effects.length > 0
          ? html`<button type="button" @click=${() => act.askWhy(`${procedure}: ${line.label}`)}>Why is this here?</button>`
          : nothing
      }
      <button type="button" @click=${act.closeMenu}>Close</button>
    </p>
  </div>`;
}

/** Each effect, with what is known to need it and a button that drops it. */
function effectsView(line: ProcedureLine, { offers }: LineMenu, act: Actions): TemplateResult | typeof nothing {
  if (line.effects.length === 0) return nothing;
  const offered = offers?.ok === true ? offers.value : [];
  return html`<ul class="effects">
    ${line.effects.map(({ name, needed }) => {
      const drop = offered.find(({ kind, title }) => kind === "drop-effect" && title === `drop ${name}`);
      return html`<li>
        <span>${name}</span>
        ${drop === undefined ? nothing : editButton(drop, "Drop", act, name)}
        <span class="soft">${needed}</span>
      </li>`;
    })}
  </ul>`;
}

function offersView({ actors }: ProcedureLine, { offers, moving }: LineMenu, act: Actions): TemplateResult {
  if (actors.length === 0) return html`<p class="soft">No actor of this scenario has this line on this kernel.</p>`;
  if (offers === undefined) return html`<p class="soft" role="status">Trying which edits can be made.</p>`;
  if (!offers.ok) return diagnosticsView(offers.diagnostics, act);
  const of = (kind: OfferedEdit["kind"]) => offers.value.filter((offer) => offer.kind === kind);
  return html`<div class="offers">
    ${[...of("drop"), ...of("drop-call")].map((offer) => editButton(offer, sentence(offer.title), act))}
    ${
      of("move").length === 0
        ? nothing
        : html`<button type="button" aria-pressed=${moving} @click=${() => act.move(!moving)}>
            ${moving ? "Do not move" : "Move"}
          </button>`
    }
    ${of("split").map((offer) => editButton(offer, `Split ${offer.title}`, act))}
    ${of("recheck").map((offer) => editButton(offer, sentence(offer.title), act))} ${insertView(of("insert"), act)}
  </div>`;
}

function editButton({ edit, note }: OfferedEdit, text: string, act: Actions, more = ""): TemplateResult {
  return html`<button type="button" title=${note ?? edit} @click=${(event: Event) => make(edit, event, act)}>
    ${text}${more === "" ? nothing : html`<span class="unseen"> ${more}</span>`}
  </button>`;
}

/** The menu closes, so the focus goes back to its line. */
function make(edit: string, { currentTarget }: Event, act: Actions): void {
  const line = (currentTarget as Element).closest("li:has(> .line-menu)");
  line?.querySelector<HTMLElement>(".line-name")?.focus();
  act.makeEdit(edit);
}

/** The primitives that can stand before the line, and after it. */
function insertView(offers: readonly OfferedEdit[], act: Actions): TemplateResult | typeof nothing {
  if (offers.length === 0) return nothing;
  return html`<form
    class="insert"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const edit = new FormData(event.currentTarget as HTMLFormElement).get("edit");
      if (typeof edit === "string") make(edit, event, act);
    }}
  >
    <select name="edit" aria-label="A step to insert">
      ${(["before", "after"] as const).map(
        (side) => html`<optgroup label=${`${side} this line`}>
          ${offers
            .filter(({ place }) => place?.side === side)
            .map(({ edit, title, note }) => html`<option value=${edit} title=${note ?? ""}>${title} ${side}</option>`)}
        </optgroup>`,
      )}
    </select>
    <button type="submit">Insert</button>
  </form>`;
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
