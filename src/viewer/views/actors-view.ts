/** Where each actor is: its call stack with the registers of each procedure, and the locks that it holds. */
import { html, nothing, type TemplateResult } from "lit-html";
import { heldAt } from "../data/locks.ts";
import type { Page } from "../data/page.ts";
import { stackOf } from "../data/stacks.ts";
import { breakable } from "./breakable.ts";
import { hueOf } from "./step-view.ts";
import { changingValueView } from "./value-view.ts";

export function actorsView(page: Page): TemplateResult {
  return html`<section class="panel">
    <h2>Call stacks and locks held</h2>
    <div class="stacks">${page.actors.map((actor) => actorView(actor, page))}</div>
  </section>`;
}

function actorView(actor: string, page: Page): TemplateResult {
  const { trace, history, holds, position } = page;
  const { frames, at, others } = stackOf(actor, trace, history, position);
  const [, procedure = "", label = at] = /^(.*?): (.*)$/s.exec(at) ?? [];
  const runs = trace.steps[position - 1]?.actor === actor;
  const held = heldAt(holds, position).filter((hold) => hold.actor === actor);
  const waits =
    position === trace.steps.length && (trace.violation.blocked ?? []).some((blocked) => blocked.actor === actor);
  return html`<article class=${runs ? "stack runs" : "stack"}>
    <h3>
      <span class="actor" data-hue=${hueOf(actor, page)}>${actor}</span>
      ${runs ? html`<span class="soft">took this step</span>` : nothing}
      ${waits ? html`<span class="badge">stuck</span>` : nothing}
    </h3>
    <ol class="frames">
      ${frames.map(
        (frame) =>
          html`<li><code>${breakable(frame.procedure)}()</code>${registersView(frame.registers, `${actor}.${frame.procedure}.`, page)}</li>`,
      )}
      <li class="at">
        <span class="soft">${at === "finished" ? "" : "next: "}</span>${breakable(
          procedure === frames.at(-1)?.procedure ? label : at,
        )}${registersView(others, `${actor}.`, page)}
      </li>
    </ol>
    ${
      held.length === 0
        ? html`<p class="soft">holds no lock</p>`
        : html`<ul class="held">
            ${held.map(
              ({ lock, kind, from }) =>
                html`<li>
                  <span class="key" data-lock=${kind.letter} aria-hidden="true">${kind.letter}</span> ${lock}
                  <span class="soft">since ${from === 0 ? "the start" : from}</span>
                </li>`,
            )}
          </ul>`
    }
  </article>`;
}

function registersView(names: readonly string[], prefix: string, page: Page): TemplateResult | typeof nothing {
  if (names.length === 0) return nothing;
  return html`<dl class="registers">
    ${names.map(
      (name) =>
        html`<div><dt>${breakable(name.slice(prefix.length))}</dt><dd>${changingValueView(page, name)}</dd></div>`,
    )}
  </dl>`;
}
