/** Opening and editing a scenario, and what the reader chooses beside it. */
import type { Engine, Source } from "../../protocol.ts";
import { type Choices, noChoices, type PanelName, type State, wasEdited } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export interface ScenarioActions {
  readonly showPanel: (panel: PanelName) => void;
  /** Puts a scenario into the editor, with nothing chosen beside it. */
  readonly open: (source: Source, choices?: Choices) => void;
  /** Undoes `open`, if it replaced what the reader had edited. */
  readonly bringBack: () => void;
  /** The reader typed. */
  readonly edit: (text: string) => void;
  readonly search: (text: string) => void;
  readonly searchFeatures: (text: string) => void;
  /** A place in the source. */
  readonly goTo: (range: { readonly from: number; readonly to: number }) => void;
  readonly switchTheme: () => void;
  readonly say: (message: string) => void;
}

/** How long after the last key the text is read, in milliseconds. */
const pause = 200;

export function scenarioActions(store: Store, engine: Engine): ScenarioActions {
  let timer: number | undefined;
  let reading = 0;

  function readSoon(after: number): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(read, after);
  }

  /** An answer that a later text has overtaken is dropped. */
  async function read(): Promise<void> {
    const number = ++reading;
    const facts = await engine.read(store.state().source);
    if (number !== reading) return;
    store.change(facts.ok ? { facts, lastFacts: facts.value } : { facts });
  }

  function replace(change: Partial<State>): void {
    if (store.state().check.kind === "running") void engine.stop();
    store.change({
      facts: undefined,
      lastFacts: undefined,
      check: { kind: "none" },
      trace: undefined,
      byHand: undefined,
      editError: "",
      message: "",
      ...change,
    });
    readSoon(0);
  }

  return {
    showPanel: (panel) => store.change({ panel }),
    open(source, choices = noChoices) {
      const before = store.state();
      const replaced = wasEdited(before) && before.source.text !== source.text ? before : undefined;
      replace({ source, opened: source, choices, replaced });
      if (replaced !== undefined) store.change({ message: `${replaced.source.file} was edited, and is replaced.` });
    },
    bringBack() {
      const { replaced } = store.state();
      if (replaced === undefined) return;
      const { source, opened, choices } = replaced;
      replace({ source, opened, choices, replaced: undefined, panel: "scenario" });
    },
    edit(text) {
      const { source } = store.state();
      if (text === source.text) return;
      store.change({ source: { ...source, text } });
      readSoon(pause);
    },
    search: (search) => store.change({ search }),
    searchFeatures: (featureSearch) => store.change({ featureSearch }),
    goTo: (goTo) => store.change({ goTo, panel: "scenario" }),
    switchTheme() {
      const now = store.state().theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
      store.change({ theme: now === "dark" ? "light" : "dark" });
    },
    say: (message) => store.change({ message, replaced: undefined }),
  };
}
