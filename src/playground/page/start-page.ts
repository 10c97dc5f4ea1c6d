/** Draws the page, and draws it again after each change of its state. */
import { render } from "lit-html";
import type { Engine, Source } from "../protocol.ts";
import { createActions } from "./actions/actions.ts";
import { pageView } from "./page.ts";
import { initialState, wasEdited } from "./state/state.ts";
import { createStore } from "./state/store.ts";

/** `library`: all shipped scenarios, in the order of their files. */
export function startPage(root: HTMLElement, engine: Engine, library: readonly Source[]): void {
  const store = createStore(initialState(library), draw);
  const act = createActions(store, engine);
  function draw(): void {
    render(pageView(store.state(), act), root);
  }
  window.addEventListener("beforeunload", (event) => {
    if (wasEdited(store.state())) event.preventDefault();
  });
  root.replaceChildren();
  draw();
  engine.catalogue().then((catalogue) => store.change({ catalogue }));
}
