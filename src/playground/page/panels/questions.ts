/** The first screen: what this is, a few questions to click, and the list of all shipped scenarios. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Source } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import type { Entry } from "../library/entries.ts";
import { firstQuestions } from "../library/first-questions.ts";
import { groupTitles } from "../library/groups.ts";
import { newScenario } from "../library/new-scenario.ts";
import { searchEntries } from "../library/search.ts";
import type { Panel } from "./panel.ts";

export const questionsPanel: Panel = ({ entries, search, catalogue }, act) => {
  const found = searchEntries(entries, search);
  return html`
    <section class="first">
      <p class="lead">
        exclusive-check explores every interleaving of Linux's device-exclusive memory access with fork, migration, reclaim
        and the rest of mm, and shows the shortest one that breaks a promise. It runs in this page; nothing is sent anywhere.
      </p>
      <ul class="first-questions">
        ${firstQuestions.map(({ question, file }) => {
          const source = entries.find((one) => one.source.file === file)?.source;
          return source === undefined
            ? nothing
            : html`<li>
                <button
                  type="button"
                  ?disabled=${catalogue === undefined}
                  @click=${() => {
                    act.open(source);
                    void act.check();
                  }}
                >
                  ${question}
                </button>
              </li>`;
        })}
      </ul>
    </section>
    <section class="library">
      <div class="library-head">
        <h2>${entries.length} scenarios</h2>
        <button type="button" @click=${() => openInEditor(newScenario, act)}>New scenario</button>
      </div>
      <label class="field wide">
        Search
        <input
          type="search"
          placeholder="fork race fault"
          .value=${search}
          @input=${(event: Event) => act.search((event.target as HTMLInputElement).value)}
        />
      </label>
      ${search.trim() === "" ? groupsView(entries, act) : foundView(found, act)}
    </section>
  `;
};

function openInEditor(source: Source, act: Actions): void {
  act.open(source);
  act.showPanel("scenario");
}

function foundView(found: readonly Entry[], act: Actions): TemplateResult {
  return html`<p class="soft" role="status">${found.length === 1 ? "1 scenario" : `${found.length} scenarios`}</p>
    ${listView(found, act)}`;
}

function groupsView(entries: readonly Entry[], act: Actions): TemplateResult {
  const groups = groupTitles.flatMap((title) => {
    const members = entries.filter(({ group }) => group === title);
    if (members.length === 0) return [];
    return html`<details class="group">
      <summary>${title} <span class="soft">${members.length}</span></summary>
      ${listView(members, act)}
    </details>`;
  });
  return html`<div class="groups">${groups}</div>`;
}

function listView(entries: readonly Entry[], act: Actions): TemplateResult {
  return html`<ul class="scenarios">
    ${entries.map(
      ({ source, name, description }) => html`<li>
        <button
          type="button"
          class="plain"
          @click=${() => openInEditor(source, act)}
        >
          ${name}
        </button>
        <p>${description}</p>
      </li>`,
    )}
  </ul>`;
}
