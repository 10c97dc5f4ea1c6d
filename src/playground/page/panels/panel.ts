import type { TemplateResult } from "lit-html";
import type { Actions } from "../actions/actions.ts";
import type { State } from "../state/state.ts";

/** Shows a part of the state. */
export type Panel = (state: State, act: Actions) => TemplateResult;
