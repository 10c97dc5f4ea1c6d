/** Keeps what is shown, and redraws it each time a control, a key or its host changes it. */
import { nothing, render } from "lit-html";
import { printableParts } from "../text/printable.ts";
import type { Trace } from "../trace/format.ts";
import { type Analysis, analyse } from "./data/analysis.ts";
import { neighbouringChange } from "./data/history.ts";
import type { Actions, Page, Theme } from "./data/page.ts";
import type { Place } from "./data/place.ts";
import { foldedAt, neighbourOf } from "./data/positions.ts";
import { keyActionOf } from "./keyboard.ts";
import { currentStepIn, keepInSight } from "./scroll.ts";
import { keysDialogId } from "./views/keys-view.ts";
import { pageView } from "./views/page-view.ts";

type Shown = Omit<Page, keyof Analysis | "traces" | "since" | "act">;

export type Traces = readonly [Trace, ...Trace[]];

/** What is outside of the viewer's element. */
export interface ViewerHost {
  /** Gives the viewer its keys: the whole page, or an element while the focus is in it. */
  readonly keys: Pick<EventTarget, "addEventListener" | "removeEventListener">;
  /** The colours at first. Undefined: the viewer is a part of another page, which has the colours. */
  readonly theme: Theme | undefined;
  readonly switchTheme: () => void;
  /** Whether the page scrolls to the step that is shown. */
  readonly scrollsPage: boolean;
  /** Hears which trace is shown, each time that the viewer draws. */
  readonly onShow: (trace: Trace) => void;
  /** Hears of another place. */
  readonly onPlace: (place: Place) => void;
}

export interface Viewer {
  /** An undefined number of a trace means the one that is shown. */
  readonly goTo: (place: Place) => void;
  /** Shows other traces, the first one at this place. What the reader follows and filters stays. */
  readonly showOthers: (traces: Traces, place: Place) => void;
  readonly showTheme: (theme: Theme) => void;
  /** Gives the focus to the step that is shown, from which all keys work. */
  readonly focus: () => void;
  /** Empties the element, and listens to nothing any more. */
  readonly end: () => void;
}

/** Without a place, it begins with the story. */
export function startViewer(begun: Traces, root: HTMLElement, host: ViewerHost, place?: Place): Viewer {
  let traces = printableParts(begun);
  let analysis = analyse(traces[0]);
  let shown: Shown = {
    number: 0,
    position: 0,
    followed: "",
    filter: "",
    onlyChanged: false,
    allSteps: false,
    wholeStory: false,
    theme: host.theme,
  };

  const act: Actions = {
    goTo: (position) => show({ position }, "go there"),
    showTrace(number) {
      const trace = traces[number];
      if (number === shown.number || trace === undefined) return;
      analysis = analyse(trace);
      show({ number, position: 0, followed: "" }, "go there");
    },
    follow: (followed) => show({ followed }),
    filter: (filter) => show({ filter }),
    showOnlyChanged: (onlyChanged) => show({ onlyChanged }),
    showAllSteps: (allSteps) => show({ allSteps }, "go there"),
    tellWholeStory: (wholeStory) => show({ wholeStory }),
    switchKeys() {
      const keys = root.querySelector<HTMLDialogElement>(`#${keysDialogId}`);
      if (keys?.open === true) keys.close();
      else keys?.showModal();
    },
    switchTheme: host.switchTheme,
  };

  function show(change: Partial<Shown>, then?: "go there"): void {
    const wanted = { ...shown, ...change };
    shown = { ...wanted, position: Math.min(analysis.trace.steps.length, Math.max(0, wanted.position)) };
    host.onShow(analysis.trace);
    render(pageView(pageNow()), root);
    if (then === undefined) return;
    keepInSight(root, shown.position, analysis.trace.steps.length, host.scrollsPage);
    host.onPlace({ trace: shown.number, step: shown.position, allSteps: shown.allSteps });
  }

  function pageNow(): Page {
    const now = { ...analysis, ...shown };
    const [first] = foldedAt(now) ?? [];
    return { ...now, since: first === undefined ? Math.max(0, shown.position - 1) : first.n - 1, traces, act };
  }

  function goTo({ trace = shown.number, step, allSteps }: Place): void {
    act.showTrace(trace);
    show({ position: step, allSteps }, "go there");
  }

  function jumpToChange(direction: "previous" | "next"): void {
    const to = neighbouringChange(analysis.history.changesOf(shown.followed), shown.position, direction);
    if (to !== undefined) act.goTo(to);
  }

  function onKey(event: Event): void {
    const action = keyActionOf(event as KeyboardEvent);
    if (action === undefined) return;
    event.preventDefault();
    switch (action) {
      case "first":
        return act.goTo(0);
      case "previous":
        return act.goTo(neighbourOf(pageNow(), "previous") ?? shown.position);
      case "next":
        return act.goTo(neighbourOf(pageNow(), "next") ?? shown.position);
      case "last":
        return act.goTo(analysis.trace.steps.length);
      case "previous-change":
        return jumpToChange("previous");
      case "next-change":
        return jumpToChange("next");
      case "story":
        return act.tellWholeStory(!shown.wholeStory);
      case "keys":
        return act.switchKeys();
    }
  }

  host.keys.addEventListener("keydown", onKey);
  if (place === undefined) show({});
  else goTo(place);
  return {
    goTo,
    showOthers(others, { step, allSteps }) {
      traces = printableParts(others);
      analysis = analyse(traces[0]);
      show({ number: 0, position: step, allSteps }, "go there");
    },
    showTheme: (theme) => show({ theme }),
    focus: () => currentStepIn(root)?.focus({ preventScroll: true }),
    end() {
      host.keys.removeEventListener("keydown", onKey);
      render(nothing, root);
    },
  };
}
