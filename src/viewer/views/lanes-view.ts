/** A lane for each actor, time going down: its steps in order, and the locks that it holds as bars beside them. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { TraceStep } from "../../trace/format.ts";
import type { Bar } from "../data/lanes.ts";
import type { Hold } from "../data/locks.ts";
import { type Rows, rowsOf } from "../data/positions.ts";
import type { Page } from "../page.ts";
import { hueOf, isBroken, withoutMatter } from "./step-view.ts";

/** Columns: the number, then for each actor its bars and its steps. */
const barsColumn = (actor: number): number => 2 + actor * 2;

export function lanesView(page: Page): TemplateResult {
  const { trace, actors, lanes } = page;
  const rows = rowsOf(page);
  const steps = trace.steps.filter(({ n }) => rows.positions.includes(n));
  const wide = lanes.map(
    ({ tracks }, number) =>
      `calc(${tracks} * var(--bar) + 6px) minmax(var(--lane), ${widthOf(actors[number] ?? "", page)}fr)`,
  );
  const narrow = lanes.map(({ tracks }) => `calc(${tracks} * var(--bar) + 4px) 0`);
  return html`
    <section class="lanes" aria-label="Who does what, in order" tabindex="-1">
      <div
        class="grid"
        .style=${`--wide: ${wide.join(" ")}; --narrow: ${narrow.join(" ")}; --lanes: ${actors.length}`}
      >
        <div class="head" .style=${"grid-row: 1; grid-column: 1"}><span class="unseen">step</span></div>
        ${actors.map(
          (actor, number) => html`<div
            class="head lane-name"
            .style=${`grid-row: 1; grid-column: ${barsColumn(number)} / span 2`}
          >
            <span class="actor" data-hue=${hueOf(actor, page)}>${actor}</span>
          </div>`,
        )}
        ${actors.map(
          (_, number) => html`<div
            class=${number % 2 === 0 ? "lane" : "lane odd"}
            .style=${`grid-row: 1 / ${rows.end + 1}; grid-column: ${barsColumn(number)} / span 2`}
          ></div>`,
        )}
        ${startRow(rows, page)} ${steps.map((step, index) => stepRow(step, steps[index - 1], rows, page))}
        ${lanes.map(({ bars }, number) => bars.map((bar) => barView(bar, number, rows)))} ${endRow(rows, page)}
        <div class="here" aria-hidden="true" .style=${`grid-row: ${rows.of(rows.here)}`}></div>
      </div>
    </section>
  `;
}

/** Lanes with longer texts get more of the width. */
function widthOf(actor: string, { trace }: Page): number {
  const own = trace.steps.filter((step) => step.actor === actor);
  return Math.min(28, Math.max(10, ...own.map(({ procedure, label }) => Math.max(procedure.length, label.length))));
}

function startRow(rows: Rows, { position, act }: Page): TemplateResult {
  return html`
    <a class="number" href="#step=0" tabindex="-1" .style=${`grid-row: ${rows.of(0)}`}>0</a>
    <button
      type="button"
      class="move start"
      data-position="0"
      tabindex=${rows.here === 0 ? 0 : -1}
      aria-current=${position === 0 ? "step" : nothing}
      .style=${`grid-row: ${rows.of(0)}`}
      @click=${() => act.goTo(0)}
    >
      start
    </button>
  `;
}

function stepRow(step: TraceStep, before: TraceStep | undefined, rows: Rows, page: Page): TemplateResult {
  const { actors, position, act } = page;
  const switched = before !== undefined && before.actor !== step.actor;
  const depth = Math.max(0, step.stack.filter((name) => name !== "program").length - 1);
  const told = switched || before?.procedure !== step.procedure;
  const row = `grid-row: ${rows.of(step.n)}`;
  return html`
    ${switched ? html`<div class="switch" aria-hidden="true" .style=${row}></div>` : nothing}
    <a class="number" href=${`#step=${step.n}`} tabindex="-1" .style=${row}>${step.n}</a>
    <button
      type="button"
      class=${step.matters ? "move" : "move aside"}
      title=${step.matters ? step.note : `${step.note} (${withoutMatter})`}
      data-hue=${hueOf(step.actor, page)}
      data-position=${step.n}
      tabindex=${rows.here === step.n ? 0 : -1}
      aria-current=${position === step.n ? "step" : nothing}
      .style=${`${row}; --column: ${barsColumn(actors.indexOf(step.actor)) + 1}; --depth: ${Math.min(depth, 6)}`}
      @click=${() => act.goTo(step.n)}
    >
      <span class="who">${step.actor}</span>
      ${step.matters ? nothing : html`<span class="unseen">(${withoutMatter})</span>`}
      <span class=${told ? "function" : "function again"}>${breakable(step.procedure)}</span>
      <span class="label">${breakable(step.label)}</span>
    </button>
  `;
}

/** A lane is at least so many characters wide. */
const alwaysFits = 14;

/** Long names may be broken behind an underscore. */
function breakable(name: string): string | readonly (string | TemplateResult)[] {
  if (name.length <= alwaysFits) return name;
  return name.split(/(?<=_)/).map((part, index) => (index === 0 ? part : html`<wbr />${part}`));
}

/** From the step that takes the lock to the one that releases it. */
function barView({ hold, track }: Bar, lane: number, rows: Rows): TemplateResult | typeof nothing {
  const between = rows.between(hold.from, hold.to);
  if (between === undefined) return nothing;
  const [begin, end] = between;
  const held =
    hold.to === undefined ? `from step ${hold.from}, not released` : `from step ${hold.from} to step ${hold.to}`;
  return html`<div
    class=${hold.to === undefined ? "bar open" : "bar"}
    data-lock=${hold.kind.letter}
    role="img"
    aria-label=${`${hold.actor} holds ${hold.lock} ${held}`}
    title=${`${hold.lock}: ${held}`}
    .style=${`grid-row: ${begin} / ${end + 1}; grid-column: ${barsColumn(lane)}; --track: ${track}`}
  >
    <span class="letter">${hold.kind.letter}</span>${
      end - begin < 5 ? nothing : html`<span class="lock">${hold.lock}</span>`
    }
  </div>`;
}

/** The last row: what is broken, and in the lanes who waits where. */
function endRow(rows: Rows, page: Page): TemplateResult {
  const { trace, actors } = page;
  const { violation, property } = trace;
  const blocked = violation.blocked ?? [];
  return html`
    ${blocked.map(
      ({ actor, procedure, label }) => html`<div
        class="waits"
        .style=${`grid-row: ${rows.end}; --column: ${barsColumn(actors.indexOf(actor)) + 1}`}
      >
        <span class="who">${actor}</span> ${violation.kind === "livelock" ? "stands" : "waits"} in
        ${breakable(procedure)}: <b>${breakable(label)}</b>
      </div>`,
    )}
    <div class=${isBroken(page) ? "end broken" : "end"} .style=${`grid-row: ${rows.end + 1}`}>
      ${isBroken(page) ? html`<span class="badge">violated</span> <strong>${property}</strong> ` : nothing}${violation.message}
    </div>
  `;
}

/** What the bars' letters mean, and the brackets. */
export function legendView({ holds, trace, onlyMattering, act }: Page): TemplateResult {
  const kinds = new Map(holds.map(({ kind }: Hold) => [kind.letter, kind.title]));
  const aside = trace.steps.filter(({ matters }) => !matters).length;
  return html`<ul class="legend" aria-label="What the bars and brackets mean">
    ${[...kinds].map(
      ([letter, title]) => html`<li><span class="key" data-lock=${letter}>${letter}</span> ${title}</li>`,
    )}
    ${
      aside === 0
        ? nothing
        : html`<li><em>(step)</em> ${withoutMatter}</li>
            <li>
              <label>
                <input
                  type="checkbox"
                  .checked=${onlyMattering}
                  @change=${(event: Event) => act.showOnlyMattering((event.target as HTMLInputElement).checked)}
                />
                leave ${aside} such ${aside === 1 ? "step" : "steps"} out
              </label>
            </li>`
    }
  </ul>`;
}
