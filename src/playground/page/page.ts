/** The whole page: a bar with the check, the panels as tabs, and the panel that is open. */
import { html, nothing, type TemplateResult } from "lit-html";
import { printableLines } from "../../text/printable.ts";
import type { Actions } from "./actions/actions.ts";
import { barView, progressView, replacedView } from "./panels/bar.ts";
import { explorePanel } from "./panels/explore.ts";
import type { Panel } from "./panels/panel.ts";
import { proceduresPanel } from "./panels/procedures.ts";
import { questionView } from "./panels/question.ts";
import { questionsPanel } from "./panels/questions.ts";
import { resultPanel } from "./panels/result.ts";
import { scenarioPanel } from "./panels/scenario.ts";
import { textDialog } from "./panels/text-dialog.ts";
import { tracePanel } from "./panels/trace.ts";
import { whyPanel } from "./panels/why.ts";
import { type PanelName, panelNames, type State } from "./state/state.ts";

interface Tab {
  readonly title: string;
  readonly view: Panel;
  /** Whether the switches of the question stand beside the panel. */
  readonly question: boolean;
}

/** Elements that live as long as the page: the editor, and what shows a trace and a path in the viewer. */
export interface LastingElements {
  readonly editor: HTMLElement;
  readonly trace: HTMLElement;
  readonly path: HTMLElement;
}

export function createPageView({
  editor,
  trace,
  path,
}: LastingElements): (state: State, act: Actions) => TemplateResult {
  const tabs: Readonly<Record<PanelName, Tab>> = {
    questions: { title: "Questions", view: questionsPanel, question: false },
    scenario: { title: "Scenario", view: scenarioPanel(editor), question: true },
    result: { title: "Result", view: resultPanel, question: true },
    trace: { title: "Counterexample", view: tracePanel(trace), question: false },
    explore: { title: "By hand", view: explorePanel(path), question: false },
    procedures: { title: "Kernel code", view: proceduresPanel, question: true },
    why: { title: "Why", view: whyPanel, question: false },
  };

  return (state, act) => {
    const { view, question } = tabs[state.panel];
    return html`
      ${barView(state, act)}
      <div class="under-bar">
      <nav class="tabs" aria-label="Panels">
        ${panelNames.map(
          (name) => html`<button
            type="button"
            aria-current=${name === state.panel ? "page" : "false"}
            @click=${() => act.showPanel(name)}
          >
            ${tabs[name].title}
          </button>`,
        )}
      </nav>
      ${progressView(state)} ${replacedView(state, act)}
      </div>
      <main tabindex="-1" class=${question ? "beside" : ""} data-panel=${state.panel}>
        <div class="panel">${view(state, act)}</div>
        ${question ? questionView(state, act) : nothing}
      </main>
      <div class="message" role="status">
        ${
          state.message === ""
            ? nothing
            : html`<pre>${printableLines(state.message)}</pre>
                <button type="button" aria-label="Close the message" @click=${() => act.say("")}>×</button>`
        }
      </div>
      <p class="unseen" role="status">${state.announcement}</p>
      ${textDialog(state, act)}
    `;
  };
}
