/** The verdicts, what the command line says of each, and the traces to open. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Outcome } from "../../../reporters/report.ts";
import { printable } from "../../../text/printable.ts";
import { changesInWords } from "../../../trace/changes-text.ts";
import type { CheckReport, KernelResult, Question, Source } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { differsFromShipped, shippedText } from "../state/shipped.ts";
import { type Check, questionOf, type State } from "../state/state.ts";
import { mostTelling } from "../state/taking-part.ts";
import type { Panel } from "./panel.ts";
import { diagnosticsView } from "./scenario.ts";
import { traceTools } from "./trace-tools.ts";

export const resultPanel: Panel = (state, act) => html`
  <section class="result" aria-label="Result">
    ${contentOf(state, state.check, act)}
  </section>
`;

function contentOf(state: State, check: Check, act: Actions): TemplateResult {
  switch (check.kind) {
    case "none":
      return html`<p class="empty">
        ${state.source.text === "" ? "No scenario is open. Questions lists them." : "Not checked yet: Check, or Ctrl+Enter."}
      </p>`;
    case "running":
      return html`${verdictsView(check.results, check.of)} ${notComparedView(questionOf(state), check.results, state)} ${descriptionView(state)} ${check.results.map((result) => resultView(result, state.source, state, act))}`;
    case "refused":
      return html`<h2>The question has errors</h2>
        ${diagnosticsView(check.diagnostics, act)}`;
    case "failed":
      return html`<h2>Internal error</h2>
        <p>This is a bug of exclusive-check. Please report it with the text below and the link to the question.</p>
        <pre class="text" tabindex="0">${check.message}</pre>`;
    case "done":
      return html`
        ${
          JSON.stringify(check.question) === JSON.stringify(questionOf(state))
            ? nothing
            : html`<p class="stale">The scenario or the choices have changed since this check.</p>`
        }
        ${check.report.stopped ? html`<p class="stale">Stopped: this is what was found so far.</p>` : nothing}
        ${check.report.notes.map((note) => html`<p class="note">${note}</p>`)}
        ${verdictsView(check.report.results, check.report.results.length)}
        ${notComparedView(check.question, check.report.results, state)} ${descriptionView(state)}
        ${check.report.results.map((result) => resultView(result, check.question, state, act))} ${summaryView(check.report, act)}
      `;
  }
}

/** A reader who clicked a question has not seen the scenario. */
function descriptionView({ lastFacts }: State): TemplateResult | typeof nothing {
  return lastFacts === undefined
    ? nothing
    : html`<p class="description">${printable(lastFacts.description)}</p>
        <p class="description soft">The verdicts are about this much: ${printable(lastFacts.bounds)}.</p>`;
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  "as-expected": "as expected",
  differs: "not as expected",
  undecided: "undecided",
  "model-error": "model error",
};

/** A question that is not the file's own: says why its verdicts are not called expected or unexpected. */
function notComparedView(
  question: Question,
  results: readonly KernelResult[],
  state: State,
): TemplateResult | typeof nothing {
  const { file, with: added, without, edits, properties } = question;
  const differs = differsFromShipped(question, state);
  const asksOther = added.length + without.length + edits.length + properties.length > 0;
  if (results.some(({ isCompared }) => isCompared) || !(differs || asksOther)) return nothing;
  const reason = differs ? `The text differs from the shipped ${file}` : `The question differs from that of ${file}`;
  return html`<p class="note">${reason}, so the verdicts that it expects are not compared.</p>`;
}

/** The matrix, whose cells lead to what is said of each kernel. */
function verdictsView(results: readonly KernelResult[], of: number): TemplateResult | typeof nothing {
  if (of < 2) return nothing;
  return html`<div class="matrix" role="region" aria-label="Verdicts" tabindex="0"><table>
    <thead>
      <tr>${results.map(({ kernel }) => html`<th scope="col">${kernel}</th>`)}</tr>
    </thead>
    <tbody>
      <tr>
        ${results.map(
          (result) => html`<td data-outcome=${result.outcome} data-verdict=${result.verdict}>
            <button type="button" class="plain" @click=${() => goToResult(result.kernel)}>${verdictIn(result)}</button>
            <span class="soft">${outcomeIn(result)}</span>
          </td>`,
        )}
      </tr>
    </tbody>
  </table></div>`;
}

/** A kernel that was changed is another one: "holds without zap-flushes-tlb". */
function verdictIn({ verdict, features }: KernelResult): string {
  return `${verdict}${changesInWords(features).join("")}`;
}

function outcomeIn({ outcome, isCompared }: KernelResult): string {
  const isSaid = outcome === "differs" ? isCompared : outcome !== "as-expected";
  return isSaid ? outcomeWords[outcome] : "";
}

function goToResult(kernel: string): void {
  const heading = document.getElementById(headingId(kernel));
  heading?.scrollIntoView({ block: "start" });
  heading?.focus({ preventScroll: true });
}

function headingId(kernel: string): string {
  return `result-${kernel}`;
}

/** `source`: the scenario that was checked. */
function resultView(result: KernelResult, source: Source, state: State, act: Actions): TemplateResult {
  const { kernel, verdict, outcome, text, full, traces, witnesses, reproduce } = result;
  const first = mostTelling(traces);
  return html`<article class="kernel" data-outcome=${outcome} data-verdict=${verdict}>
    <h2 id=${headingId(kernel)} tabindex="-1">${kernel}: ${verdictIn(result)}</h2>
    <div class="traces">
      ${[...traces, ...witnesses].map((trace) => traceTools(trace, trace === first, act))}
    </div>
    ${textView(`What the command line prints for ${kernel}`, text, "sentences")}
    <details>
      <summary>In full: each step, and what is untested and unreached</summary>
      ${textView(`What --full prints for ${kernel}`, full)}
    </details>
    <p class="reproduce">
      <code>${reproduce}</code>
      <button type="button" @click=${() => act.copy("The command", reproduce)}>Copy command</button>
    </p>
    ${saveFirstView(source, state, act)}
  </article>`;
}

/** The command reads a file, which may not exist, or have another text. */
function saveFirstView(source: Source, state: State, act: Actions): TemplateResult | typeof nothing {
  const shipped = shippedText(source.file, state);
  if (shipped === source.text) return nothing;
  return html`<p class="soft">
    The command reads ${printable(source.file)}. ${shipped === undefined ? "" : "Your text differs from the shipped file. "}Save your
    text there before you run it.
    <button type="button" @click=${act.downloadScenario}>Download it</button>
  </p>`;
}

/** What the command line prints beside the results. */
function summaryView({ matrix, summary, json }: CheckReport, act: Actions): TemplateResult {
  return html`${textView("The counterexample in short", summary)}
    ${
      matrix.trim() === ""
        ? nothing
        : html`<details>
            <summary>The table of verdicts as text</summary>
            ${textView("Verdicts", matrix)}
          </details>`
    }
    <p><button type="button" @click=${() => act.downloadReport(json)}>Download as JSON</button></p>`;
}

/** Drawings and tables keep their columns; sentences are wrapped. */
function textView(
  label: string,
  text: string,
  kind: "columns" | "sentences" = "columns",
): TemplateResult | typeof nothing {
  if (text.trim() === "") return nothing;
  return html`<pre class="text" data-kind=${kind} role="region" tabindex="0" aria-label=${label}>${text.replace(/^\n+/, "").trimEnd()}</pre>`;
}
