/** What the scenario's file changes in its kernels, which is not the reader's own choice. */
import { html, nothing, type TemplateResult } from "lit-html";
import { printable } from "../../../text/printable.ts";
import type { Actions } from "../actions/actions.ts";
import type { State } from "../state/state.ts";

/** One change beside the kernels in which the file makes it. */
interface FileChange {
  readonly kind: "with" | "without" | "edit";
  readonly name: string;
  readonly kernels: readonly string[];
}

export function fileChangesView({ lastFacts, choices }: State, act: Actions): TemplateResult | typeof nothing {
  const changes = changesOf(lastFacts);
  if (changes.length === 0) return nothing;
  return html`<section aria-labelledby="file-changes">
    <h2 id="file-changes">The scenario's file changes the kernel</h2>
    <ul class="file-changes">
      ${changes.map(({ kind, name, kernels }) => {
        const other = kind === "with" ? "without" : "with";
        return html`<li>
          <span class="name">${kind} ${printable(name)}</span> <span class="soft">on ${kernels.join(", ")}</span>
          ${
            kind === "edit" || choices[other].includes(name)
              ? nothing
              : html`<button type="button" @click=${() => act.setFeature(name, other)}>Ask ${other} it</button>`
          }
        </li>`;
      })}
    </ul>
  </section>`;
}

function changesOf(facts: State["lastFacts"]): readonly FileChange[] {
  const found = new Map<string, FileChange>();
  for (const { kernel, features } of facts?.changes ?? []) {
    const kinds = { with: features.with, without: features.without, edit: features.edits ?? [] };
    for (const [kind, names] of Object.entries(kinds) as [FileChange["kind"], readonly string[]][])
      for (const name of names) {
        const key = `${kind} ${name}`;
        found.set(key, { kind, name, kernels: [...(found.get(key)?.kernels ?? []), kernel] });
      }
  }
  return [...found.values()];
}
