/** What the controls of the page can do. A panel gets the state and these; it never changes the state itself. */
import type { Engine } from "../../protocol.ts";
import type { Store } from "../state/store.ts";
import type { WorkHistory } from "../state/work-history.ts";
import { type CheckActions, checkActions } from "./check-actions.ts";
import { type CodeActions, codeActions } from "./code-actions.ts";
import { type ExploreActions, exploreActions } from "./explore-actions.ts";
import { type QuestionActions, questionActions } from "./question-actions.ts";
import { type ScenarioActions, scenarioActions } from "./scenario-actions.ts";
import { type ShareActions, shareActions } from "./share-actions.ts";
import { type WhyActions, whyActions } from "./why-actions.ts";

export interface Actions
  extends ScenarioActions,
    QuestionActions,
    CheckActions,
    ShareActions,
    ExploreActions,
    CodeActions,
    WhyActions {}

export function createActions(store: Store, engine: Engine, history: WorkHistory): Actions {
  const scenario = scenarioActions(store, engine, history);
  const check = checkActions(store, engine);
  const question = questionActions(store, engine);
  return {
    ...scenario,
    ...question,
    ...check,
    ...exploreActions(store, engine, scenario),
    ...shareActions(store, engine, scenario, check),
    ...codeActions(store, engine, question),
    ...whyActions(store, engine, scenario, check),
  };
}
