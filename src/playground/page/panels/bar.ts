/** The bar above all panels: the scenario, the check and its progress, and what leaves or enters the page. */
import { html, nothing, type TemplateResult } from "lit-html";
import { printable } from "../../../text/printable.ts";
import { bytes, grouped, seconds } from "../../../text/quantities.ts";
import type { Actions } from "../actions/actions.ts";
import { differsFromShipped } from "../state/shipped.ts";
import type { RunningCheck, State } from "../state/state.ts";
import { wasEdited } from "../state/work.ts";

export function barView(state: State, act: Actions): TemplateResult {
  const { source, check, catalogue } = state;
  const open = source.text !== "";
  const running = check.kind === "running";
  return html`<header class="bar">
    <h1>exclusive-check <span class="soft">${catalogue?.version ?? "is starting"}</span></h1>
    <button
      type="button"
      class="main"
      title="Ctrl+Enter"
      ?disabled=${!open || catalogue === undefined || (running && check.stopping)}
      @click=${running ? act.stop : act.check}
    >
      ${running ? "Stop" : "Check"}
    </button>
    <p class="open-file">${printable(source.file)}${wasEdited(state) || differsFromShipped(source, state) ? html` <span class="soft">edited</span>` : nothing}</p>
    <div class="page-buttons">
      <details class="menu">
        <summary>Share</summary>
        <div>
          <button type="button" ?disabled=${!open} @click=${act.copyLink}>Copy link</button>
          <button type="button" ?disabled=${!open} @click=${act.downloadScenario}>Download scenario</button>
        </div>
      </details>
      <button type="button" @click=${chooseFile}>Open file</button>
      <input
        type="file"
        hidden
        accept=".json,application/json"
        @change=${({ target }: Event) => {
          const input = target as HTMLInputElement;
          const [file] = input.files ?? [];
          input.value = "";
          if (file !== undefined) void act.openFile(file);
        }}
      />
      <button type="button" @click=${act.switchTheme}>Light / dark</button>
    </div>
  </header>`;
}

function chooseFile({ currentTarget }: Event): void {
  const button = currentTarget as HTMLElement;
  button.parentElement?.querySelector<HTMLInputElement>("input[type=file]")?.click();
}

export function progressView({ check }: State): TemplateResult | typeof nothing {
  if (check.kind !== "running") return nothing;
  return html`<p class="progress">${progressText(check)}</p>`;
}

function progressText({ kernel, number, of, progress, stopping }: RunningCheck): string {
  if (kernel === undefined) return "starting";
  const where = `${stopping ? "stopping: " : ""}${kernel}${of > 1 ? ` (${number} of ${of})` : ""}`;
  if (progress === undefined) return where;
  const { states, depth, seconds: time, bytes: memory } = progress;
  const rate = time > 0 ? `, ${grouped(states / time)}/s` : "";
  return `${where}: ${grouped(states)} states, depth ${grouped(depth)}${rate}, ${bytes(memory)}, ${seconds(time)}`;
}

/** What the reader changed and then replaced by opening something else. */
export function replacedView({ replaced }: State, act: Actions): TemplateResult {
  const last = replaced.at(-1);
  return html`<div class="replaced" role="status">
    ${
      last === undefined
        ? nothing
        : html`<p>
            ${printable(last.source.file)} was ${wasEdited(last) ? "edited" : "changed"}, and is replaced.
            <button type="button" @click=${act.bringBack}>Bring it back</button>
            <button type="button" @click=${act.forgetReplaced}>Forget it</button>
          </p>`
    }
  </div>`;
}
