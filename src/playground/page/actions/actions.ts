/** What the controls of the page can do. A panel gets the state and these; it never changes the state itself. */
import type { Engine } from "../../protocol.ts";
import type { Store } from "../state/store.ts";
import { type CheckActions, checkActions } from "./check-actions.ts";
import { type ScenarioActions, scenarioActions } from "./scenario-actions.ts";

export interface Actions extends ScenarioActions, CheckActions {}

export function createActions(store: Store, engine: Engine): Actions {
  return { ...scenarioActions(store, engine), ...checkActions(store, engine) };
}
