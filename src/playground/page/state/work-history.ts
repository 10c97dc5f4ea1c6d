/**
 * Keeps the reader's work in the browser's history of the tab: what is opened gets an entry of its own, and Back, Forward
 * and a reload bring its question back as the reader left it. Nothing else on the machine is written.
 */
import type { PanelName, State } from "./state.ts";
import type { Store } from "./store.ts";
import { type Work, workOf } from "./work.ts";

/** What an entry of the history holds. */
export interface KeptWork extends Work {
  /** Another version of the page may have written the entry. */
  readonly form: typeof form;
  /** Names the entry. */
  readonly entry: number;
  readonly panel: PanelName;
  readonly replaced: readonly Work[];
}

export interface WorkHistory {
  /** Writes the work into the entry of now. */
  readonly keep: () => void;
  /** The same, soon, if the work has changed: a browser refuses to write often. */
  readonly keepSoon: () => void;
  /** Begins an entry with the work. */
  readonly begin: () => void;
  /** The tab has gone to another entry: what it holds, if it is not new. */
  readonly enter: () => KeptWork | undefined;
}

const form = "work 1";
/** Safari allows 100 writes in 30 seconds. */
const pause = 400;

export function workHistory(store: Store): WorkHistory {
  let timer: number | undefined;
  let kept: State | undefined;
  let entry = Math.random();
  /** The work as it was when its entry was left: an entry cannot be written any more then. */
  const left = new Map<number, KeptWork>();

  function taken(): KeptWork {
    window.clearTimeout(timer);
    timer = undefined;
    kept = store.state();
    return { form, entry, ...workOf(kept), panel: kept.panel, replaced: kept.replaced };
  }

  const keep = () => history.replaceState(taken(), "");
  return {
    keep,
    keepSoon() {
      if (timer === undefined && !isSameWork(store.state(), kept)) timer = window.setTimeout(keep, pause);
    },
    begin() {
      entry = Math.random();
      // The address may hold the question of the entry before.
      history.pushState(taken(), "", location.href.split("#", 1)[0]);
    },
    enter() {
      left.set(entry, taken());
      const state = history.state as KeptWork | null;
      const isOurs = state?.form === form;
      entry = isOurs ? state.entry : Math.random();
      return isOurs ? (left.get(entry) ?? state) : undefined;
    },
  };
}

/** Parts of the state are replaced when they change. */
function isSameWork(state: State, kept: State | undefined): boolean {
  return (["source", "choices", "opened", "panel", "replaced"] as const).every((part) => state[part] === kept?.[part]);
}
