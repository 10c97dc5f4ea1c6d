/** The first screen: what this is, a few questions to click, and the list of all shipped scenarios. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Source } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import { type Entry, entriesOf } from "../library/entries.ts";
import { firstQuestions } from "../library/first-questions.ts";
import { groupTitles } from "../library/groups.ts";
import { searchEntries } from "../library/search.ts";
import type { Panel } from "./panel.ts";

/** The library never changes, so it is read once. */
let read: { readonly library: readonly Source[]; readonly entries: readonly Entry[] } | undefined;

export const questionsPanel: Panel = ({ library, search, catalogue }, act) => {
  if (read?.library !== library) read = { library, entries: entriesOf(library) };
  const { entries } = read;
  const found = searchEntries(entries, search);
  return html`
    <section class="first">
      <p class="lead">
        exclusive-check explores every interleaving of Linux's device-exclusive memory access with fork, migration, reclaim
        and the rest of mm, and shows the shortest one that breaks a promise. It runs in this page; nothing is sent anywhere.
      </p>
      <ul class="first-questions">
        ${firstQuestions.map(({ question, file }) => {
          const source = library.find((one) => one.file === file);
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
      <h2>${library.length} scenarios</h2>
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

function foundView(found: readonly Entry[], act: Actions): TemplateResult {
  return html`<p class="soft" role="status">${found.length === 1 ? "1 scenario" : `${found.length} scenarios`}</p>
    ${listView(found, act)}`;
}

function groupsView(entries: readonly Entry[], act: Actions): readonly TemplateResult[] {
  return groupTitles.flatMap((title) => {
    const members = entries.filter(({ group }) => group === title);
    if (members.length === 0) return [];
    return html`<details class="group">
      <summary>${title} <span class="soft">${members.length}</span></summary>
      ${listView(members, act)}
    </details>`;
  });
}

function listView(entries: readonly Entry[], act: Actions): TemplateResult {
  return html`<ul class="scenarios">
    ${entries.map(
      ({ source, name, description }) => html`<li>
        <button
          type="button"
          class="plain"
          @click=${() => {
            act.open(source);
            act.showPanel("scenario");
          }}
        >
          ${name}
        </button>
        <p>${description}</p>
      </li>`,
    )}
  </ul>`;
}
