/** Draws the page, and draws it again after each change of its state. */
import { render } from "lit-html";
import type { Engine, Source } from "../protocol.ts";
import { createActions } from "./actions/actions.ts";
import { createScenarioEditor } from "./editor/scenario-editor.ts";
import { listenToPage } from "./listen-to-page.ts";
import { createPageView } from "./page.ts";
import { textDialogId } from "./panels/text-dialog.ts";
import { createShownTrace } from "./shown-trace/shown-trace.ts";
import { initialState, type PanelName, type State } from "./state/state.ts";
import { createStore } from "./state/store.ts";
import { workHistory } from "./state/work-history.ts";

/** What the page brings along. */
export interface Supplies {
  /** All shipped scenarios, in the order of their files. */
  readonly library: readonly Source[];
  /** The style sheet of the viewer. */
  readonly viewerStyle: string;
}

export function startPage(root: HTMLElement, engine: Engine, { library, viewerStyle }: Supplies): void {
  const store = createStore(initialState(library), draw);
  const history = workHistory(store);
  const act = createActions(store, engine, history);
  const editor = createScenarioEditor({
    onEdit: act.edit,
    complete: (offset) => engine.complete(store.state().source, offset),
    hover: (offset) => engine.hover(store.state().source, offset),
  });
  const traceView = createShownTrace({ style: viewerStyle, scrollsPage: true, onStep: act.goToStep });
  const pathView = createShownTrace({
    style: viewerStyle,
    // A reader who takes one step after another finds the next ones where they were.
    scrollsPage: false,
    onStep: act.goToStepOfPath,
  });
  const pageView = createPageView({
    editor: editor.element,
    trace: traceView.element,
    path: pathView.element,
  });
  let panel: PanelName | undefined;
  let marked: State["facts"];

  function draw(): void {
    const state = store.state();
    history.keepSoon();
    render(pageView(state, act), root);
    // What lit-html cannot say: the text and the marks of the editor, the dialog, and the theme of the whole page. The
    // viewer draws what it shows by itself.
    editor.show(state.source.text);
    if (state.facts !== marked) editor.mark(state.facts?.ok === false ? state.facts.diagnostics : []);
    marked = state.facts;
    const dialog = root.querySelector<HTMLDialogElement>(`#${textDialogId}`);
    if (state.textToCopy !== undefined && dialog?.open === false) dialog.showModal();
    const wasOther = panel !== undefined && state.panel !== panel;
    if (wasOther) {
      root.querySelector(".tabs [aria-current=page]")?.scrollIntoView({ inline: "nearest" });
      window.scrollTo(0, 0);
    }
    panel = state.panel;
    const { trace, byHand } = state;
    const opened = panel === "trace" && trace !== undefined && traceView.show(trace.trace, state.step);
    if (panel !== "trace") traceView.hide();
    if (panel === "explore" && byHand !== undefined) pathView.show(byHand.trace.trace, byHand.step);
    else pathView.hide();
    // The panel that went away may have taken the focus with it.
    const lost = wasOther && document.activeElement === document.body;
    if (lost) root.querySelector("main")?.focus({ preventScroll: true });
    if (panel === "trace" && (lost || (opened && !isTyping()))) traceView.focus();
    if (panel === "explore" && lost) pathView.focus();
    if (state.panel === "procedures") act.readCode();
    if (state.goTo !== undefined) {
      editor.goTo(state.goTo.from, state.goTo.to);
      store.change({ goTo: undefined });
    }
    document.title = state.lastFacts === undefined ? "exclusive-check" : `${state.lastFacts.name} - exclusive-check`;
    if (state.theme !== undefined) document.documentElement.dataset.theme = state.theme;
  }

  root.replaceChildren();
  draw();
  listenToPage(root, store, act, history);
  engine.catalogue().then(
    (catalogue) => store.change({ catalogue }),
    (error: unknown) => act.say(`The checker did not start: ${error}`),
  );
}

/** Whether keys go to a field. */
function isTyping(): boolean {
  return document.activeElement?.matches("input, textarea, select") === true;
}
