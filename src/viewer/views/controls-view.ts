/** Navigation in the trace: buttons, a slider, an overview of when each actor runs, and jumps between changes. */
import { html, svg, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { TraceStep } from "../../trace/format.ts";
import { neighbouringChange, type Position } from "../data/history.ts";
import type { Page } from "../data/page.ts";
import { neighbourOf } from "../data/positions.ts";
import { hueOf, positionText } from "./step-view.ts";

export function controlsView(page: Page): TemplateResult {
  const { trace, position, act } = page;
  const last = trace.steps.length;
  const [before, after] = [neighbourOf(page, "previous"), neighbourOf(page, "next")];
  return html`
    <nav class="controls" aria-label="Steps">
      <div class="buttons">
        ${moveButton("First", "M2 2h2v12H2zM14 2v12L5 8z", position > 0 ? 0 : undefined, page)}
        ${moveButton("Previous step", "M12 2v12L3 8z", before, page)}
        ${moveButton("Next step", "M4 2v12l9-6z", after, page)}
        ${moveButton("Last", "M12 2h2v12h-2zM2 2v12l9-6z", position < last ? last : undefined, page)}
      </div>
      <p class="position" aria-live="polite" aria-atomic="true">${positionText(page)}</p>
      <div class="track">
        ${overviewView(page)}
        <input
          type="range"
          aria-label="Step"
          aria-valuetext=${position === 0 ? "start" : `step ${position}`}
          min="0"
          max=${last}
          step="1"
          .value=${live(String(position))}
          @input=${(event: Event) => act.goTo(Number((event.target as HTMLInputElement).value))}
        />
      </div>
      ${followView(page)}
    </nav>
  `;
}

function moveButton(name: string, path: string, to: Position | undefined, { act }: Page): TemplateResult {
  return html`<button
    type="button"
    aria-label=${name}
    title=${name}
    ?disabled=${to === undefined}
    @click=${() => to !== undefined && act.goTo(to)}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path}></path></svg>
  </button>`;
}

/** One line for each actor, filled where it runs. For screen readers, the slider gives the same information. */
function overviewView(page: Page): TemplateResult {
  const { trace, actors, followed, history, position, act } = page;
  const last = Math.max(1, trace.steps.length);
  const changes = history.changesOf(followed);
  const jump = (event: MouseEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    act.goTo(Math.min(last, Math.max(0, Math.ceil(((event.clientX - left) / width) * last))));
  };
  return html`<svg
    class="overview"
    viewBox=${`0 0 ${last} ${actors.length * 4 + 2}`}
    preserveAspectRatio="none"
    aria-hidden="true"
    @click=${jump}
  >
    ${runsOf(trace.steps).map(
      ({ actor, from, to }) =>
        svg`<rect data-hue=${hueOf(actor, page)} x=${from - 1} y=${actors.indexOf(actor) * 4 + 0.4} width=${to - from + 1} height="3.2" />`,
    )}
    ${changes.map(({ step }) => svg`<rect class="followed" x=${step - 0.8} y=${actors.length * 4} width="0.6" height="2" />`)}
    <rect class="now" x=${Math.max(0, position - 1)} y="0" width=${position === 0 ? 0.2 : 1} height=${actors.length * 4 + 2} />
  </svg>`;
}

interface Run {
  readonly actor: string;
  readonly from: Position;
  readonly to: Position;
}

/** The steps that an actor takes in a row. */
function runsOf(steps: readonly TraceStep[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { actor, n } of steps) {
    const last = runs.at(-1);
    if (last?.actor === actor) runs[runs.length - 1] = { ...last, to: n };
    else runs.push({ actor, from: n, to: n });
  }
  return runs;
}

function followView(page: Page): TemplateResult {
  const { history, followed, position, act } = page;
  const changing = history.variables.filter((name) => history.changesOf(name).length > 0);
  const groups = [
    { label: "Shared", kinds: ["shared"] },
    { label: "The checker's notes", kinds: ["ghost"] },
    { label: "Registers and where actors are", kinds: ["register", "pc"] },
  ];
  const changes = history.changesOf(followed);
  const before = neighbouringChange(changes, position, "previous");
  const after = neighbouringChange(changes, position, "next");
  return html`<div class="follow">
    <label class="field">Follow
      <select id="follow" @change=${(event: Event) => act.follow((event.target as HTMLSelectElement).value)}>
        <option value="" ?selected=${followed === ""}>a variable</option>
        ${groups.map(
          ({ label, kinds }) => html`<optgroup label=${label}>
            ${changing
              .filter((name) => kinds.includes(history.kindOf(name)))
              .map((name) => html`<option .value=${name} ?selected=${name === followed}>${name}</option>`)}
          </optgroup>`,
        )}
        ${
          followed === "" || changing.includes(followed)
            ? ""
            : html`<option .value=${followed} selected>${followed}</option>`
        }
      </select>
    </label>
    ${changeButton("Previous change", "‹ change", before, page)} ${changeButton("Next change", "change ›", after, page)}
    <span class="soft">${followed === "" ? "" : `changes ${changes.length} times`}</span>
  </div>`;
}

function changeButton(name: string, text: string, to: Position | undefined, { act }: Page): TemplateResult {
  return html`<button
    type="button"
    aria-label=${name}
    ?disabled=${to === undefined}
    @click=${() => to !== undefined && act.goTo(to)}
  >
    ${text}
  </button>`;
}
