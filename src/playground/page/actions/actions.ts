/** What the controls of the page can do. A panel gets the state and these; it never changes the state itself. */
import type { Engine } from "../../protocol.ts";
import type { Store } from "../state/store.ts";
import { type CheckActions, checkActions } from "./check-actions.ts";
import { type ExploreActions, exploreActions } from "./explore-actions.ts";
import { type QuestionActions, questionActions } from "./question-actions.ts";
import { type ScenarioActions, scenarioActions } from "./scenario-actions.ts";
import { type ShareActions, shareActions } from "./share-actions.ts";

export interface Actions extends ScenarioActions, QuestionActions, CheckActions, ExploreActions, ShareActions {}

export function createActions(store: Store, engine: Engine): Actions {
  const scenario = scenarioActions(store, engine);
  const check = checkActions(store, engine);
  return {
    ...scenario,
    ...questionActions(store, engine),
    ...check,
    ...exploreActions(store, engine, scenario),
    ...shareActions(store, engine, scenario, check),
  };
}
