/** The lines of a procedure, as a listing with numbers. */
import { html, nothing, type TemplateResult } from "lit-html";
import { printable } from "../../../text/printable.ts";
import type { LineChange, OfferedEdit, ProcedureLine, ProcedureView } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { isSameLine } from "../state/code.ts";
import type { State } from "../state/state.ts";
import { lineMenuView } from "./line-menu.ts";

export function linesView({ name, lines }: ProcedureView, state: State, act: Actions): TemplateResult {
  const { menu, shown } = state.code;
  const procedures = new Set(shown?.answer.ok === true ? shown.answer.value.map((one) => one.name) : []);
  const places = menu?.moving === true && menu.offers?.ok === true ? menu.offers.value : [];
  const moved = menu?.line.label ?? "";
  let number = 0;
  return html`<ol class="code-lines" @keydown=${(event: KeyboardEvent) => goByKey(event, state, act)}>
    ${lines.map((line) => {
      const own = { procedure: name, kind: line.kind, label: line.label } as const;
      const dropped = line.change?.how === "dropped";
      const isOpen = menu !== undefined && menu.dropped === dropped && isSameLine(menu.line, own);
      if (!dropped) number++;
      return html`
        ${placeView("before", line, places, moved, act)}
        <li data-change=${line.change?.how ?? nothing} data-taken=${line.actors.length > 0}>
          <div class="code-line">
            <span class="line-number" aria-hidden="true">${dropped ? "−" : number}</span>
            <div class="line-text">
              ${lineButton(line, isOpen, () => act.switchMenu(own, dropped))}
              ${
                line.kind === "call" && procedures.has(line.label)
                  ? html`<button type="button" class="plain go" @click=${() => act.showProcedure(line.label)}>
                      open<span class="unseen"> ${line.label}</span>
                    </button>`
                  : nothing
              }
              ${line.note === "" ? nothing : html`<span class="note">- ${line.note}</span>`}
              ${changeView(line.change, act)}
            </div>
            <span class="line-actors">${actorsView(line, state)}</span>
          </div>
          ${isOpen && menu !== undefined ? lineMenuView(line, menu, act) : nothing}
        </li>
        ${placeView("after", line, places, moved, act)}
      `;
    })}
  </ol>`;
}

function lineButton(line: ProcedureLine, isOpen: boolean, open: () => void): TemplateResult {
  const name = line.kind === "call" ? `${line.label}()` : line.label;
  const text = line.change?.how === "dropped" ? html`<del>${name}</del>` : name;
  return html`<button type="button" class="plain line-name" aria-expanded=${isOpen} @click=${open}>
    ${line.kind === "call" ? html`<span class="soft">calls</span> ` : nothing}${text}
  </button>`;
}

function changeView(change: LineChange | undefined, act: Actions): TemplateResult | typeof nothing {
  if (change === undefined) return nothing;
  const { what, edit, number } = change;
  return html`<span class="line-change">
    <span>${what}</span>
    ${
      number === undefined
        ? nothing
        : html`<button type="button" class="plain" aria-label=${`Undo ${printable(edit)}`} @click=${() => act.removeEdit(number)}>
            undo
          </button>`
    }
  </span>`;
}

function actorsView({ actors }: ProcedureLine, { lastFacts }: State): TemplateResult | readonly TemplateResult[] {
  if (actors.length === 0) return html`<span class="soft">not in this scenario</span>`;
  const all = lastFacts?.actors ?? [];
  return actors.map(
    (actor) => html`<span class="actor" data-hue=${Math.max(0, all.indexOf(actor)) % 6}>${actor}</span>`,
  );
}

/** A place to which the step can move, beside this line. */
function placeView(
  side: "before" | "after",
  line: ProcedureLine,
  offers: readonly OfferedEdit[],
  moved: string,
  act: Actions,
): TemplateResult | typeof nothing {
  const offer = offers.find(
    ({ kind, place }) =>
      kind === "move" &&
      line.kind === "step" &&
      line.change?.how !== "dropped" &&
      place?.side === side &&
      place.label === line.label,
  );
  if (offer === undefined) return nothing;
  return html`<li class="move-place">
    <button type="button" @click=${() => act.makeEdit(offer.edit)}>
      Move <span class="name">${moved}</span> here: ${offer.title} <code>${offer.edit}</code>
    </button>
  </li>`;
}

/** The buttons of the lines are one column of the keyboard. */
function goByKey(event: KeyboardEvent, { code }: State, act: Actions): void {
  const list = event.currentTarget as HTMLElement;
  if (event.key === "Escape" && code.menu !== undefined) {
    event.preventDefault();
    const opened = list.querySelector<HTMLElement>(".line-name[aria-expanded=true]");
    if (code.menu.moving) act.move(false);
    else act.closeMenu();
    opened?.focus();
    return;
  }
  const target = event.target as Element;
  if (!target.matches(".line-name, .move-place button")) return;
  const all = [...list.querySelectorAll<HTMLElement>("button.line-name, .move-place button")];
  const here = all.indexOf(target as HTMLElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[next]?.focus();
}
