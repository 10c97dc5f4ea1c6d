/** A lane for each actor, time going down: its steps in order, and the locks that it holds as bars beside them. */
import { html, nothing, type TemplateResult } from "lit-html";
import { compactName, compactValue, legendOf } from "../../trace/change-text.ts";
import { deedOf } from "../../trace/deed.ts";
import { netChanges, type StepGroup } from "../../trace/fold.ts";
import { type Change, isBroken, type TraceStep } from "../../trace/format.ts";
import { type Bar, type Lane, lanesOf } from "../data/lanes.ts";
import type { Hold } from "../data/locks.ts";
import { linkTo, type Page } from "../data/page.ts";
import { endOf, groupsOf, type Rows, rowsOf } from "../data/positions.ts";
import { breakable } from "./breakable.ts";
import { foldedText, hueOf, withoutMatter } from "./step-view.ts";

/** Columns: the number, then for each actor its bars and its steps. */
const barsColumn = (actor: number): number => 2 + actor * 2;

export function lanesView(page: Page): TemplateResult {
  const { actors, holds } = page;
  const rows = rowsOf(page);
  const lanes = lanesOf(
    actors,
    holds.filter(({ from, to }) => rows.between(from, to) !== undefined),
  );
  const moving = new Set(page.trace.steps.map(({ actor }) => actor));
  const wide = lanes.map(
    ({ actor, tracks }) =>
      `calc(${tracks} * var(--bar) + 6px) ${moving.has(actor) ? "minmax(var(--text), auto)" : `${Math.min(14, actor.length + 4)}ch`}`,
  );
  const narrow = lanes.map(({ tracks }) => `calc(${tracks} * var(--bar) + 4px) 0`);
  return html`
    <section class="lanes" aria-label="Who does what, in order" tabindex="-1">
      <div
        class="grid"
        .style=${`--wide: ${wide.join(" ")}; --narrow: ${narrow.join(" ")}`}
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
            .style=${`grid-row: 1 / ${rows.behind}; grid-column: ${barsColumn(number)} / span 2`}
          ></div>`,
        )}
        ${startRow(rows, page)} ${rows.groups.map((group, index) => groupRow(group, rows.groups[index - 1]?.at(-1), rows, lanes, page))}
        ${lanes.map(({ bars }, number) => bars.map((bar) => barView(bar, number, rows)))}
        ${loopView(rows, page)} ${endRows(rows, lanes, page)}
        <div class="here" aria-hidden="true" .style=${`grid-row: ${rows.of(rows.here)}`}></div>
      </div>
    </section>
  `;
}

function startRow(rows: Rows, page: Page): TemplateResult {
  const { position, act } = page;
  return html`
    <a class="number" href=${linkTo(0, page)} tabindex="-1" .style=${`grid-row: ${rows.of(0)}`}>0</a>
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

/** A step, or several folded steps. */
function groupRow(
  group: StepGroup,
  before: TraceStep | undefined,
  rows: Rows,
  lanes: readonly Lane[],
  page: Page,
): TemplateResult {
  const [step] = group;
  const { actors, act } = page;
  const end = endOf(group);
  const isFolded = group.length > 1;
  const switched = before !== undefined && before.actor !== step.actor;
  const depths = group.map(({ stack }) => stack.filter((name) => name !== "program").length - 1);
  const depth = Math.max(0, Math.min(...depths));
  const told = switched || before?.procedure !== step.procedure;
  const row = `grid-row: ${rows.of(end)}`;
  return html`
    ${switched ? html`<div class="switch" aria-hidden="true" .style=${row}></div>` : nothing}
    <a class="number" href=${linkTo(end, page)} tabindex="-1" .style=${row}>${isFolded ? `${step.n}\u2013` : nothing}${end}</a>
    <button
      type="button"
      class=${step.matters ? "move" : "move aside"}
      title=${isFolded ? `They are folded: each ${withoutMatter(page)}` : step.matters ? deedOf(step) : `${deedOf(step)} (${withoutMatter(page)})`}
      data-hue=${hueOf(step.actor, page)}
      data-position=${end}
      tabindex=${rows.here === end ? 0 : -1}
      aria-current=${rows.here === end ? "step" : nothing}
      .style=${`${row}; --column: ${columnsOf(actors.indexOf(step.actor), rows.of(end), rows, lanes)}; --depth: ${Math.min(depth, 6)}`}
      @click=${() => act.goTo(end)}
    >
      <span class="who">${step.actor}</span>
      ${step.matters ? nothing : html`<span class="unseen">(${withoutMatter(page)})</span>`}
      ${
        isFolded
          ? html`<span class="folded">${breakable(foldedText(group))}</span>${netChanges(group).map(changeView)}`
          : html`<span class=${told ? "function" : "function again"}>${breakable(step.procedure)}</span>
              <span class="label">${breakable(step.label)}</span>${step.matters ? effectView(step) : nothing}`
      }
    </button>
  `;
}

/** What a step that matters did, and what it changed. The panel of the current step has all changes. */
function effectView(step: TraceStep): TemplateResult {
  const changes = netChanges([step]);
  const shown = changes.length <= mostChanges ? changes : changes.slice(0, mostChanges - 1);
  const more = changes.length - shown.length;
  return html`${step.outcome === undefined ? nothing : html`<span class="outcome">${step.outcome}</span>`}${shown.map(changeView)}${
    more === 0 ? nothing : html`<span class="net">and ${more} more</span>`
  }`;
}

/** A step has no more lines than this for what it changed. */
const mostChanges = 4;

function changeView({ variable, old, new: now }: Change): TemplateResult {
  const values = `${compactValue(old)} -> ${compactValue(now)}`;
  return html`<span class="net">${breakable(compactName(variable))}: <span class="whole">${values}</span></span>`;
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

/** A bar beside the numbers of the steps that repeat for ever. */
function loopView(rows: Rows, { trace }: Page): TemplateResult | typeof nothing {
  const { repeats } = trace.violation;
  const between = repeats === undefined ? undefined : rows.between(repeats, trace.steps.length);
  if (between === undefined) return nothing;
  const text = `steps ${repeats} to ${trace.steps.length} repeat for ever`;
  return html`<div
    class="loop"
    role="img"
    aria-label=${text}
    title=${text}
    .style=${`grid-row: ${between[0]} / ${between[1] + 1}`}
  ></div>`;
}

/** The last rows: which actors wait where, and what is violated. */
function endRows(rows: Rows, lanes: readonly Lane[], page: Page): TemplateResult {
  const { trace, actors } = page;
  const { violation, property } = trace;
  return html`
    ${rows.blocked.map(
      ({ actor, procedure, label }, index) => html`<div
        class="waits"
        .style=${`grid-row: ${rows.end + index}; --column: ${columnsOf(actors.indexOf(actor), rows.end + index, rows, lanes)}`}
      >
        <span class="who">${actor}</span> ${violation.kind === "livelock" ? "stands" : "waits"} in
        ${breakable(procedure)}: <b>${breakable(label)}</b>
      </div>`,
    )}
    <div class=${isBroken(trace) ? "end broken" : "end"} .style=${`grid-row: ${rows.behind}`}>
      ${isBroken(trace) ? html`<span class="badge">violated</span> <strong>${property}</strong> ` : nothing}${violation.message}
    </div>
  `;
}

/** Only one actor moves at a time, so a text may extend over the lanes to its right, up to the next bar. */
function columnsOf(lane: number, row: number, rows: Rows, lanes: readonly Lane[]): string {
  const isThere = ({ hold }: Bar) => {
    const [begin, end] = rows.between(hold.from, hold.to) ?? [0, 0];
    return begin <= row && row <= end;
  };
  const next = lanes.findIndex(({ bars }, other) => other > lane && bars.some(isThere));
  return `${barsColumn(lane) + 1} / ${next < 0 ? -1 : barsColumn(next)}`;
}

/** What the bars, the brackets and the letters of folded steps' changes mean, and whether steps are folded. */
export function legendView(page: Page): TemplateResult {
  const { holds, trace, allSteps, act } = page;
  const rows = rowsOf(page);
  const shown = holds.filter(({ from, to }) => rows.between(from, to) !== undefined);
  const kinds = new Map(shown.map(({ kind }: Hold) => [kind.letter, kind.title]));
  const folded = groupsOf({ trace, allSteps: false }).filter((group) => group.length > 1);
  const needed = trace.steps.filter(({ matters }) => matters).map((step): StepGroup => [step]);
  const flags = legendOf([...(allSteps ? [] : folded), ...needed].flatMap(netChanges));
  return html`${
    folded.length === 0
      ? nothing
      : html`<label class="all-steps">
          <input
            type="checkbox"
            .checked=${allSteps}
            @change=${(event: Event) => act.showAllSteps((event.target as HTMLInputElement).checked)}
          />
          Show all ${trace.steps.length} steps
          <span class="soft">(${folded.flat().length} that make no difference are folded)</span>
        </label>`
  }<ul class="legend" aria-label="What bars, brackets and letters mean">
    ${[...kinds].map(
      ([letter, title]) => html`<li><span class="key" data-lock=${letter}>${letter}</span> ${title}</li>`,
    )}
    ${rows.groups.some(([step]) => !step.matters) ? html`<li><em>(step)</em> ${withoutMatter(page)}</li>` : nothing}
    ${flags.length === 0 ? nothing : html`<li>${flags.join(", ")}</li>`}
  </ul>`;
}
