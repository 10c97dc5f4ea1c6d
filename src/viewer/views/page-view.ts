import { html, type TemplateResult } from "lit-html";
import type { Page } from "../data/page.ts";
import { actorsView } from "./actors-view.ts";
import { controlsView } from "./controls-view.ts";
import { headerView, storyView } from "./header-view.ts";
import { keysView } from "./keys-view.ts";
import { lanesView, legendView } from "./lanes-view.ts";
import { stepView } from "./step-view.ts";
import { tablesView } from "./tables-view.ts";
import { variablesView } from "./variables-view.ts";

export function pageView(page: Page): TemplateResult {
  return html`
    ${headerView(page)} ${page.theme === undefined ? contentOf(page) : html`<main>${contentOf(page)}</main>`} ${keysView()}
  `;
}

function contentOf(page: Page): TemplateResult {
  return html`
    ${storyView(page)}
    ${controlsView(page)}
    <div class="columns">
      <div class="time">${legendView(page)} ${lanesView(page)}</div>
      <div class="state" tabindex="0" role="region" aria-label="The state after this step">
        ${stepView(page)} ${actorsView(page)} ${tablesView(page)} ${variablesView(page)}
      </div>
    </div>
    <details class="scenario">
      <summary>The scenario (${page.trace.spec.file})</summary>
      <pre tabindex="0">${page.trace.spec.content}</pre>
      <p class="soft">Written by exclusive-check ${page.trace.tool}.</p>
    </details>
  `;
}
