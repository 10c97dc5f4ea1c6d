/** The limits of a search, and what else it reports. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { QuestionOptions } from "../../protocol.ts";
import type { Actions } from "../actions/actions.ts";
import type { State } from "../state/state.ts";

interface NumberOption {
  readonly name: "depth" | "maxStates" | "timeoutMs" | "traces";
  readonly label: string;
  readonly placeholder: string;
  /** How much one of the field's unit is in the unit of the option. */
  readonly unit: number;
}

const numbers: readonly NumberOption[] = [
  { name: "depth", label: "Depth, in steps", placeholder: "no limit", unit: 1 },
  { name: "maxStates", label: "States", placeholder: "no limit", unit: 1 },
  { name: "timeoutMs", label: "Time, in seconds", placeholder: "no limit", unit: 1000 },
  { name: "traces", label: "Traces of each violated property", placeholder: "1", unit: 1 },
];

const switches = [
  { name: "witness", label: "Show how each `sometimes` state is reached", on: true },
  { name: "allViolations", label: "Go on after a violation, to find the shortest one of every property", on: true },
  { name: "symmetry", label: "Without symmetry reduction", on: false },
] as const satisfies readonly { readonly name: keyof QuestionOptions; readonly label: string; readonly on: boolean }[];

export function optionsView({ choices: { options } }: State, act: Actions): TemplateResult {
  const changed = Object.keys(options).length;
  return html`<details>
    <summary>Options <span class="soft">${changed === 0 ? "" : `${changed} changed`}</span></summary>
    ${numbers.map(({ name, label, placeholder, unit }) => {
      const value = options[name];
      return html`<label class="choice">
        <input
          type="number"
          min="1"
          step="1"
          placeholder=${placeholder}
          .value=${live(value === undefined ? "" : String(value / unit))}
          @change=${({ target }: Event) => {
            const input = target as HTMLInputElement;
            if (input.reportValidity())
              act.setOption(name, input.value === "" ? undefined : Number(input.value) * unit);
          }}
        />
        ${label}
      </label>`;
    })}
    ${switches.map(
      ({ name, label, on }) => html`<label class="choice">
        <input
          type="checkbox"
          .checked=${live(options[name] === on)}
          @change=${({ target }: Event) => act.setOption(name, (target as HTMLInputElement).checked ? on : undefined)}
        />
        ${label}
      </label>`,
    )}
  </details>`;
}
