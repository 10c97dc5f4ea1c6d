/** What can be done with a line: what it is for, and the edits that are offered. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { OfferedEdit, ProcedureLine } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import type { LineMenu } from "../state/code.ts";
import { diagnosticsView } from "./scenario.ts";

export function lineMenuView(line: ProcedureLine, menu: LineMenu, act: Actions): TemplateResult {
  const { procedure } = menu.line;
  const { change } = line;
  return html`<div class="line-menu" role="group" aria-label=${`${procedure}: ${line.label}`}>
    ${change === undefined ? nothing : html`<p>${change.what} <code>${change.edit}</code></p>`}
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

/** Each effect, with what is known to need it and a button that takes it away. */
function effectsView(line: ProcedureLine, { offers }: LineMenu, act: Actions): TemplateResult | typeof nothing {
  if (line.effects.length === 0) return nothing;
  const offered = offers?.ok === true ? offers.value : [];
  return html`<ul class="effects">
    ${line.effects.map(({ name, needed }) => {
      const drop = offered.find(({ kind, effect }) => kind === "drop-effect" && effect === name);
      return html`<li>
        ${drop === undefined ? html`<span>${name}</span> <span class="soft">${needed}</span>` : editView(drop, act, needed)}
      </li>`;
    })}
  </ul>`;
}

function offersView({ actors }: ProcedureLine, { offers, moving }: LineMenu, act: Actions): TemplateResult {
  if (actors.length === 0) return html`<p class="soft">No actor of this scenario has this line on this kernel.</p>`;
  if (offers === undefined) return html`<p class="soft" role="status">Trying which edits can be made.</p>`;
  if (!offers.ok) return diagnosticsView(offers.diagnostics, act);
  const of = (...kinds: readonly OfferedEdit["kind"][]) => offers.value.filter(({ kind }) => kinds.includes(kind));
  return html`<ul class="offers">
    ${of("drop", "drop-call").map((offer) => html`<li>${editView(offer, act)}</li>`)}
    ${
      of("move").length === 0
        ? nothing
        : html`<li>
            <button type="button" aria-pressed=${moving} @click=${() => act.move(!moving)}>
              ${moving ? "Do not move" : "Move"}
            </button>
            <span class="soft">Then click the place to which the step goes.</span>
          </li>`
    }
    ${of("split", "recheck").map((offer) => html`<li>${editView(offer, act)}</li>`)} ${insertView(of("insert"), act)}
  </ul>`;
}

/** A button, what the edit means, and the edit as the command line takes it. */
function editView({ title, note, edit }: OfferedEdit, act: Actions, remark = note): TemplateResult {
  return html`<button type="button" @click=${(event: Event) => make(edit, event, act)}>${title}</button>
    ${remark === undefined ? nothing : html`<span class="soft">${remark}</span>`} <code>${edit}</code>`;
}

/** The menu closes, so the focus goes back to its line. */
function make(edit: string, { currentTarget }: Event, act: Actions): void {
  const line = (currentTarget as Element).closest("li:has(> .line-menu)");
  line?.querySelector<HTMLElement>(".line-name")?.focus();
  act.makeEdit(edit);
}

/** The primitives that can stand before the line, and after it. */
function insertView(offers: readonly OfferedEdit[], act: Actions): TemplateResult | typeof nothing {
  const [first] = offers;
  if (first === undefined) return nothing;
  return html`<li>
    <form
      class="insert"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const edit = new FormData(event.currentTarget as HTMLFormElement).get("edit");
        if (typeof edit === "string") make(edit, event, act);
      }}
      @change=${({ target, currentTarget }: Event) => {
        const shown = (currentTarget as Element).querySelector("code");
        if (shown !== null) shown.textContent = (target as HTMLSelectElement).value;
      }}
    >
      <button type="submit">Insert</button>
      <select name="edit" aria-label="A step to insert">
        ${(["before", "after"] as const).map(
          (side) => html`<optgroup label=${`${side} this line`}>
            ${offers
              .filter(({ place }) => place?.side === side)
              .map(
                ({ edit, title, note }) => html`<option value=${edit} title=${note ?? ""}>${title} ${side}</option>`,
              )}
          </optgroup>`,
        )}
      </select>
      <code .textContent=${first.edit}></code>
    </form>
  </li>`;
}
