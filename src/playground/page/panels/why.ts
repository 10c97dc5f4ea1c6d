/** What each line of a procedure is there for: what breaks without it, and where. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { WhyAnswer, WhyProgress } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { kernelsOf } from "../state/kernels.ts";
import type { State } from "../state/state.ts";
import type { Panel } from "./panel.ts";
import { diagnosticsView } from "./scenario.ts";

export const whyPanel: Panel = (state, act) => html`
  <section class="why" aria-label="Why">
    <p class="lead">
      Takes each lock, reference, counter, flush, notifier call and recheck of a procedure away, one at a time, and
      searches the shipped scenarios, the smallest first, until a property is violated.
    </p>
    ${questionView(state, act)} ${answerView(state, act)}
  </section>
`;

function questionView(state: State, act: Actions): TemplateResult {
  const { what, asked } = state.reasons;
  const { shown } = state.code;
  const names = shown?.answer.ok === true ? shown.answer.value.map(({ name }) => name) : [];
  const kernels = kernelsOf(state);
  const running = asked.kind === "running";
  return html`<form
    class="why-question"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      void act.askWhy(what);
    }}
  >
    <label class="field">
      Procedure, or PROCEDURE: STEP
      <input
        class="name"
        list="procedure-names"
        autocomplete="off"
        .value=${what}
        @input=${(event: Event) => act.nameLine((event.target as HTMLInputElement).value)}
      />
    </label>
    <datalist id="procedure-names">${names.map((name) => html`<option value=${name}></option>`)}</datalist>
    <button type="submit" ?disabled=${running || what === "" || state.check.kind === "running"}>Ask why</button>
    ${running ? html`<button type="button" @click=${act.stopWhy}>Stop</button> <span class="progress">${asked.told}</span>` : nothing}
    <span class="soft">on ${kernels.length === 0 ? "all kernels" : kernels.join(", ")}</span>
  </form>`;
}

function answerView(state: State, act: Actions): TemplateResult | typeof nothing {
  const { asked } = state.reasons;
  switch (asked.kind) {
    case "nothing":
      return html`<p class="empty">Name a procedure here, or click one of its lines under Kernel code.</p>`;
    case "refused":
      return diagnosticsView(asked.diagnostics, act);
    case "running":
      return tableView(asked, act);
    case "answered":
      return html`
        ${asked.answer.stopped ? html`<p class="stale">Stopped: this is what was found so far.</p>` : nothing}
        <p>${asked.answer.text.split("\n").at(-1)}</p>
        ${tableView(asked.answer, act)}
        <details>
          <summary>As the command line prints it</summary>
          <pre class="text" tabindex="0">${asked.answer.text}</pre>
        </details>
      `;
  }
}

function tableView(
  { lines, remark }: Pick<WhyAnswer | WhyProgress, "lines" | "remark">,
  act: Actions,
): TemplateResult | typeof nothing {
  if (lines.length === 0) return nothing;
  return html`<div class="why-lines" role="region" aria-label="Lines" tabindex="0"><table>
    <thead>
      <tr>
        <th scope="col">Line</th>
        <th scope="col">Without</th>
        <th scope="col">Kernel</th>
        <th scope="col">What breaks</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        ({
          step,
          effect,
          kernel,
          said,
          needed,
        }) => html`<tr data-needed=${said === undefined ? nothing : needed !== null}>
          <th scope="row" class="name">${step ?? "a call"}</th>
          <td>${effect}</td>
          <td>${kernel}</td>
          <td>
            ${said ?? html`<span class="soft">not tried yet</span>`}
            ${
              needed === null
                ? nothing
                : html`<button type="button" title=${needed.command} @click=${() => act.showBreak(needed, kernel)}>
                    Show it
                  </button>`
            }
          </td>
        </tr>`,
      )}
    </tbody>
  </table></div>
  ${remark === undefined ? nothing : html`<p class="soft">${remark}</p>`}`;
}
