/** The title of the counterexample and its story. */
import { html, nothing, type TemplateResult } from "lit-html";
import { findingOf, inOrderOfBlame, reasonsOf, waitsOf } from "../../trace/cause-text.ts";
import { isBroken, type Trace, witnessedBy } from "../../trace/format.ts";
import { tellEnd, tellStory } from "../../trace/story.ts";
import type { Position } from "../data/history.ts";
import { linkTo, type Page } from "../data/page.ts";

export function headerView(page: Page): TemplateResult {
  const { trace, traces, number, theme, act } = page;
  return html`
    <header class="top">
      <div class="title">
        <h1>${trace.spec.name} <span class="soft">on</span> ${trace.kernel}${featuresView(trace)}</h1>
        ${
          trace.violation.kind === "none"
            ? nothing
            : html`<p class=${isBroken(trace) ? "broken" : "reached"}>
                <span class="badge">${isBroken(trace) ? "violated" : "reached"}</span>
                <strong>${witnessedBy(trace) ?? trace.property}</strong>${isBroken(trace) ? " promises:" : ""} ${trace.sentence}
              </p>`
        }
      </div>
      ${
        traces.length < 2
          ? nothing
          : html`<label class="field">Counterexample
              <select @change=${(event: Event) => act.showTrace(Number((event.target as HTMLSelectElement).value))}>
                ${traces.map(
                  (one, index) => html`<option .value=${String(index)} ?selected=${index === number}>
                    ${one.spec.name} on ${one.kernel}: ${one.property}
                  </option>`,
                )}
              </select>
            </label>`
      }
      <div class="page-buttons">
        ${
          theme === undefined
            ? nothing
            : html`<button type="button" class="theme" @click=${act.switchTheme}>
                ${theme === "dark" ? "Light" : "Dark"} colours
              </button>`
        }
        <button type="button" aria-label="Keys" title="Keys" @click=${act.switchKeys}>?</button>
      </div>
    </header>
  `;
}

function featuresView({ features }: Trace): readonly TemplateResult[] {
  return [
    ...features.with.map((name) => html` <span class="soft">with</span> ${name}`),
    ...features.without.map((name) => html` <span class="soft">without</span> ${name}`),
    ...(features.edits ?? []).map((edit) => html` <span class="soft">edited:</span> ${edit}`),
  ];
}

/**
 * The story in sentences. The step numbers are links. The lanes need the room, so at first only the sentence that says
 * how it ends is shown.
 */
export function storyView(page: Page): TemplateResult {
  const { trace, wholeStory, act } = page;
  const story = tellStory(trace);
  return html`<section class=${wholeStory ? "story" : "story short"} aria-labelledby="story">
    <h2 id="story" class=${wholeStory ? "" : "unseen"}>What happens</h2>
    ${
      wholeStory
        ? html`<ol>
            ${story.map((sentence) => html`<li>${withLinks(sentence, page)}</li>`)}
          </ol>
          ${explanationView(page)}`
        : html`<p>${withLinks(tellEnd(trace), page)}</p>`
    }
    ${
      story.length < 2
        ? nothing
        : html`<button
            type="button"
            class="more"
            aria-expanded=${wholeStory ? "true" : "false"}
            @click=${() => act.tellWholeStory(!wholeStory)}
          >
            ${wholeStory ? "Only the end" : "The whole story"}
          </button>`
    }
  </section>`;
}

/** Beside a step, its own number is not a link. */
function withLinks(sentence: string, page: Page, at?: Position): readonly unknown[] {
  return sentence
    .split(/(?<= \[)(\d+)(?=\])/)
    .map((part, index) =>
      index % 2 === 0
        ? withChanges(part)
        : Number(part) === at
          ? part
          : html`<a href=${linkTo(Number(part), page)} title="Go to step ${part}">${part}</a>`,
    );
}

/** `name: old -> new` stays on one line. */
function withChanges(text: string): readonly (string | TemplateResult)[] {
  return text
    .split(/((?<=\s)\(?[^\s(;]+: [^;()]+? -> [^;)]+[;)]?)/)
    .map((part, index) => (index % 2 === 0 ? part : html`<span class="whole">${part}</span>`));
}

/** The violation: the part of the property that fails, with its values, or the actors that wait for ever. */
export function violationView(page: Page): TemplateResult {
  const { violation, steps } = page.trace;
  return html`
    <p>${steps.length === 0 ? "At the start" : `After step ${steps.length}`}: ${violation.message}.</p>
    ${explanationView(page, steps.length)} ${blockedView(page)}
  `;
}

/** `at`: the step beside which it stands; undefined in the story, which gives the reasons in its last sentence. */
function explanationView(page: Page, at?: Position): TemplateResult | typeof nothing {
  const { explanation } = page.trace.violation;
  if (explanation === undefined) return reasonsView(page, at);
  const { text, bindings, values } = explanation;
  return html`
    <p>
      <span class="badge">${findingOf(page.trace.violation)}</span> <code>${text}</code>${
        bindings.length === 0
          ? nothing
          : html`, where ${bindings.map(
              ({ name, label }, index) => html`${index === 0 ? "" : ", "}<code>${name} = ${label}</code>`,
            )}`
      }
    </p>
    ${
      values.length === 0
        ? nothing
        : html`<dl class="values">
            ${values.map((one) => html`<div><dt><code>${one.text}</code></dt><dd>= <code>${one.value}</code></dd></div>`)}
          </dl>`
    }
    ${reasonsView(page, at)}
  `;
}

function reasonsView(page: Page, at: Position | undefined): TemplateResult | typeof nothing {
  const reasons = reasonsOf(page.trace);
  if (reasons.length === 0 || at === undefined) return nothing;
  return html`<ul class="reasons">${reasons.map((reason) => html`<li>because ${withLinks(reason, page, at)}</li>`)}</ul>`;
}

function blockedView(page: Page): TemplateResult | typeof nothing {
  const { trace } = page;
  const { kind, blocked = [] } = trace.violation;
  if (blocked.length === 0) return nothing;
  return html`<ul class="blocked">
    ${inOrderOfBlame(blocked).map(
      (each) => html`<li>
        <strong>${each.actor}</strong> ${kind === "livelock" ? "stands" : "waits"} in
        <code>${each.procedure}: ${each.label}</code> <span class="soft">(${each.source.file})</span> &ndash;
        ${each.note}${waitsOf(trace, each).map((what) => html`<br />for ${withLinks(what, page, trace.steps.length)}`)}
      </li>`,
    )}
  </ul>`;
}
