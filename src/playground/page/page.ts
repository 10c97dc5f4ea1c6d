/** The whole page: a bar with the check, the panels as tabs, and the panel that is open. */
import { html, type TemplateResult } from "lit-html";
import type { Actions } from "./actions/actions.ts";
import { explorePanel } from "./panels/explore.ts";
import type { Panel } from "./panels/panel.ts";
import { proceduresPanel } from "./panels/procedures.ts";
import { questionsPanel } from "./panels/questions.ts";
import { resultPanel } from "./panels/result.ts";
import { scenarioPanel } from "./panels/scenario.ts";
import { tracePanel } from "./panels/trace.ts";
import { whyPanel } from "./panels/why.ts";
import { type PanelName, panelNames, type State } from "./state/state.ts";

const panels: Readonly<Record<PanelName, { readonly title: string; readonly view: Panel }>> = {
  questions: { title: "Questions", view: questionsPanel },
  scenario: { title: "Scenario", view: scenarioPanel },
  result: { title: "Result", view: resultPanel },
  trace: { title: "Counterexample", view: tracePanel },
  explore: { title: "By hand", view: explorePanel },
  procedures: { title: "Kernel code", view: proceduresPanel },
  why: { title: "Why", view: whyPanel },
};

export function pageView(state: State, act: Actions): TemplateResult {
  return html`
    <header class="bar">
      <h1>exclusive-check</h1>
      <button type="button" @click=${() => act.check()}>Check</button>
    </header>
    <nav class="tabs" aria-label="Panels">
      ${panelNames.map(
        (name) => html`<button
          type="button"
          aria-current=${name === state.panel ? "page" : "false"}
          @click=${() => act.showPanel(name)}
        >
          ${panels[name].title}
        </button>`,
      )}
    </nav>
    <main>${panels[state.panel].view(state, act)}</main>
    <p class="unseen" role="status">${state.message}</p>
  `;
}
