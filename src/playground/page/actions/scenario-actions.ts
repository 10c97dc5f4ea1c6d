/** Opening and editing a scenario, and what the reader chooses beside it. */
import type { Engine, Source } from "../../protocol.ts";
import type { PanelName } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { type Choices, keptAfter, noChoices, type Work, workOf } from "../state/work.ts";
import type { KeptWork, WorkHistory } from "../state/work-history.ts";

export interface ScenarioActions {
  readonly showPanel: (panel: PanelName) => void;
  /** Puts a scenario into the editor, with nothing chosen beside it. */
  readonly open: (source: Source, choices?: Choices) => void;
  /** The same for a scenario that the address names. */
  readonly openAddressed: (source: Source, choices?: Choices) => void;
  /** Shows what an entry of the browser's history holds. */
  readonly resume: (kept: KeptWork) => void;
  /** Opens again what the reader had changed and then replaced. */
  readonly bringBack: () => void;
  /** Drops it. */
  readonly forgetReplaced: () => void;
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

export function scenarioActions(store: Store, engine: Engine, history: WorkHistory): ScenarioActions {
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

  function replaceBy(work: Work): void {
    const before = store.state();
    if (before.check.kind === "running") void engine.stop();
    store.change({
      opening: before.opening + 1,
      facts: undefined,
      lastFacts: undefined,
      check: { kind: "none" },
      trace: undefined,
      byHand: undefined,
      editError: "",
      message: "",
      replaced: keptAfter(before, before.replaced, work),
      ...workOf(work),
    });
    readSoon(0);
  }

  function replaceInHistory(work: Work): void {
    history.keep();
    replaceBy(work);
    history.begin();
  }

  return {
    showPanel: (panel) => store.change({ panel }),
    open: (source, choices = noChoices) => replaceInHistory(asOpened(source, choices)),
    openAddressed(source, choices = noChoices) {
      replaceBy(asOpened(source, choices));
      history.keep();
    },
    resume({ panel, replaced, ...work }) {
      if (store.state().replaced.length === 0) store.change({ replaced });
      replaceBy(work);
      store.change({ panel });
    },
    bringBack() {
      const last = store.state().replaced.at(-1);
      if (last === undefined) return;
      replaceInHistory(last);
      store.change({ panel: "scenario" });
    },
    forgetReplaced: () => store.change({ replaced: store.state().replaced.slice(0, -1) }),
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
    say: (message) => store.change({ message }),
  };
}

function asOpened(source: Source, choices: Choices): Work {
  return { source, choices, opened: { source, choices } };
}
