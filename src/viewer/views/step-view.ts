/** The step that led to the current position: who did what, where in the kernel, and what it changed. */
import { html, nothing, type TemplateResult } from "lit-html";
import { goalOf } from "../../trace/cause-text.ts";
import { compactName } from "../../trace/change-text.ts";
import { deedOf } from "../../trace/deed.ts";
import { netChanges, type StepGroup } from "../../trace/fold.ts";
import { type Change, isBroken, type Seen, type Trace, type TraceStep, witnessedBy } from "../../trace/format.ts";
import type { Page } from "../data/page.ts";
import { endOf, foldedAt } from "../data/positions.ts";
import { violationView } from "./header-view.ts";
import { valueView } from "./value-view.ts";

export function stepView(page: Page): TemplateResult {
  const { trace, position } = page;
  const step = trace.steps[position - 1];
  const folded = foldedAt(page);
  return html`
    <section class="panel step" aria-label="The current step">
      ${folded !== undefined ? foldedView(folded, page) : step === undefined ? startView(page) : takenView(step, page)}
      ${
        position === trace.steps.length
          ? html`<div class=${isBroken(trace) ? "verdict broken" : "verdict"}>
              <h3>${endTitle(trace) ?? (isFinished(page) ? "The end" : "So far")}</h3>
              ${violationView(page)}
            </div>`
          : nothing
      }
    </section>
  `;
}

function startView({ trace }: Page): TemplateResult {
  return html`<h2>The start</h2>
    <p>
      ${trace.steps.length === 0 ? "No step is taken yet" : `Before the first of ${trace.steps.length} steps`}. What the
      scenario lets happen first has happened.
    </p>`;
}

function foldedView(group: StepGroup, page: Page): TemplateResult {
  const [{ n, actor, operation }] = group;
  return html`
    <h2>
      <span class="number">${n}&ndash;${endOf(group)}</span>
      <span class="actor" data-hue=${hueOf(actor, page)}>${actor}</span> ${foldedText(group)}
    </h2>
    <p>
      ${operation === "" ? nothing : html`for <strong>${operation}</strong> `}<em class="soft">&ndash; they make no
      difference to ${goalOf(page.trace)}</em>
      <button type="button" class="unfold" @click=${() => page.act.showAllSteps(true)}>Show each</button>
    </p>
    ${changesView(netChanges(group), [], page, "Together they change nothing that others see.")}
  `;
}

/** The text for folded steps. */
export function foldedText(group: StepGroup): string {
  return `${group.length} steps, to ${(group.at(-1) ?? group[0]).procedure}`;
}

function takenView(step: TraceStep, page: Page): TemplateResult {
  const changes = step.changes.filter(({ kind }) => kind === "shared" || kind === "ghost");
  return html`
    <h2>
      <span class="number">${step.n}</span> <span class="actor" data-hue=${hueOf(step.actor, page)}>${step.actor}</span>
      <code>${step.procedure}: <b>${step.label}</b></code>
    </h2>
    <p>${deedOf(step)}${step.matters ? nothing : html` <em class="soft">&ndash; ${withoutMatter(page)}</em>`}</p>
    <p class="soft">
      ${step.operation === "" ? nothing : html`for <strong>${step.operation}</strong> &middot; `}${step.source.file}, ${step.source.function}()${
        step.choice.alternatives.length === 0
          ? nothing
          : html` &middot; chosen: <strong>${step.choice.alternatives.join(", ")}</strong>`
      }${step.events.map(
        ({ event, arguments: given }) =>
          html` &middot; event <code>${event}</code> (${Object.entries(given)
            .map(([name, value]) => `${name} = ${value}`)
            .join(", ")})`,
      )}
    </p>
    ${changesView(changes, step.sees, page, "It changes nothing that others see.")}
  `;
}

function changesView(changes: readonly Change[], sees: readonly Seen[], page: Page, none: string): TemplateResult {
  return changes.length + sees.length === 0
    ? html`<p class="soft">${none}</p>`
    : html`<ul class="changes">
        ${sees.map((seen) => seenView(seen, page))} ${changes.map((change) => changeView(change, page))}
      </ul>`;
}

function seenView({ variable, value }: Seen, { act }: Page): TemplateResult {
  return html`<li class="seen">
    <span class="soft">sees</span>
    <button type="button" class="name" @click=${() => act.follow(variable)}>${compactName(variable)}</button>
    <span class="becomes">${valueView(value)}</span>
  </li>`;
}

function changeView({ variable, kind, old, new: now, meaning }: Change, { act }: Page): TemplateResult {
  return html`<li class=${kind}>
    <button type="button" class="name" @click=${() => act.follow(variable)}>${compactName(variable)}</button>
    <span class="becomes"><del>${valueView(old)}</del> <span aria-label="becomes">&rarr;</span> <ins>${valueView(now)}</ins></span>
    ${kind === "ghost" ? html`<span class="soft">(${meaning ?? "checker's note"})</span>` : nothing}
  </li>`;
}

/** The text for steps that the violation (or the state of a witness) does not need. */
export function withoutMatter({ trace }: Page): string {
  return `makes no difference to ${goalOf(trace)}`;
}

/** What the trace leads to, in a few words; undefined if it leads to nothing, as a path that was explored by hand. */
function endTitle(trace: Trace): string | undefined {
  const condition = witnessedBy(trace);
  if (condition !== undefined) return `${condition}: satisfied`;
  return isBroken(trace) ? `${trace.property} is broken` : undefined;
}

/** Whether no actor has a step left. */
function isFinished({ actors, history, position }: Page): boolean {
  return actors.every((actor) => history.valueAt(`${actor}.pc`, position) === "finished");
}

/** Actors have colours beside their names. */
export function hueOf(actor: string, { actors }: Page): number {
  return Math.max(0, actors.indexOf(actor)) % 6;
}

/** The position in a few words, for screen readers and the slider. */
export function positionText(page: Page): string {
  const { trace, position } = page;
  const step = trace.steps[position - 1];
  const last = trace.steps.length;
  if (step === undefined) return last === 0 ? "Start" : `Start, before step 1 of ${last}`;
  const title = endTitle(trace);
  const broken = position === last && title !== undefined ? `. ${title}` : "";
  const folded = foldedAt(page);
  return folded === undefined
    ? `Step ${position} of ${last}: ${step.actor}, ${step.procedure}: ${step.label}${broken}`
    : `Steps ${folded[0].n}\u2013${position} of ${last}: ${step.actor}, ${foldedText(folded)}${broken}`;
}
