/** Steps that the reader takes by hand: what can be taken now, by actor, and the path so far in the viewer. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { NextStep } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { type ByHand, isOnPath, isRecorded } from "../state/by-hand.ts";
import { kernelsOf } from "../state/kernels.ts";
import type { State } from "../state/state.ts";
import type { Panel } from "./panel.ts";
import { traceMenu } from "./trace-tools.ts";

/** `viewer`: the element that shows the path. */
export function explorePanel(viewer: HTMLElement): Panel {
  return (state, act) => {
    const { byHand } = state;
    if (byHand === undefined)
      return html`<div class="by-hand">
        <p class="empty">
          Take the steps of the actors by hand. Begin here, or leave a counterexample at one of its steps.
        </p>
        ${startView(state, act)}
      </div>`;
    return html`<div class="exploring">
      <div class="by-hand">
        <div class="trace-bar">
          <button type="button" ?disabled=${byHand.before.length === 0} @click=${act.undoStep}>Undo</button>
          ${traceMenu(byHand.trace, act)}
        </div>
        ${nextView(byHand, act)} ${startView(state, act)}
      </div>
      ${viewer}
    </div>`;
  };
}

function startView(state: State, act: Actions): TemplateResult | typeof nothing {
  const kernels = kernelsOf(state);
  if (kernels.length === 0) return nothing;
  return html`<div class="starts" role="group" aria-label="Begin at the start">
    <span>From the start on</span>
    ${kernels.map(
      (kernel) => html`<button type="button" @click=${() => act.exploreFromStart(kernel)}>${kernel}</button>`,
    )}
  </div>`;
}

function nextView(byHand: ByHand, act: Actions): TemplateResult {
  const { next, isAsking, step } = byHand;
  const where = step === 0 ? "at the start" : `after step ${step}`;
  return html`<section class="next" aria-labelledby="next" aria-busy=${isAsking ? "true" : "false"}>
    <h2 id="next">${next.length === 0 && !isAsking ? "No step can be taken" : "Steps that can be taken"} ${where}</h2>
      ${[...byActor(next)].map(
        ([actor, steps]) => html`<section aria-label=${actor}>
          <h3>${actor}</h3>
          <ul>
            ${steps.map((one) => html`<li>${stepView(one, byHand, act)}</li>`)}
          </ul>
        </section>`,
      )}
  </section>`;
}

function byActor(steps: readonly NextStep[]): ReadonlyMap<string, readonly NextStep[]> {
  const actors = new Map<string, readonly NextStep[]>();
  for (const step of steps) actors.set(step.actor, [...(actors.get(step.actor) ?? []), step]);
  return actors;
}

function stepView(one: NextStep, byHand: ByHand, act: Actions): TemplateResult {
  const { number, procedure, label, note, outcome, chosen, violates } = one;
  const isOfTrace = isRecorded(byHand, number);
  return html`<button
    type="button"
    class=${violates === undefined ? "step" : "step violating"}
    @click=${() => act.takeStep(number)}
  >
    <span class="place">${procedure}: <b>${label}</b>${chosen.length === 0 ? nothing : ` [${chosen.join(", ")}]`}</span>
    ${isOfTrace ? html`<span class="mark">the trace's next step</span>` : nothing}
    ${isOnPath(byHand, number) && !isOfTrace ? html`<span class="mark">the path's next step</span>` : nothing}
    ${violates === undefined ? nothing : html`<span class="badge">violates ${violates}</span>`}
    <span class="soft">${outcome ?? note}</span>
  </button>`;
}
