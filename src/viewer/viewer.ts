/** Keeps what is shown, and redraws it each time a control, a key or the address changes it. */
import { render } from "lit-html";
import type { Trace } from "../trace/format.ts";
import { type Analysis, analyse } from "./data/analysis.ts";
import { neighbouringChange } from "./data/history.ts";
import type { Actions, Page, Theme } from "./data/page.ts";
import { hashOf, placeOf } from "./data/place.ts";
import { foldedAt, neighbourOf } from "./data/positions.ts";
import { keyActionOf } from "./keyboard.ts";
import { keepInSight } from "./scroll.ts";
import { keysDialogId } from "./views/keys-view.ts";
import { pageView } from "./views/page-view.ts";

type Shown = Omit<Page, keyof Analysis | "traces" | "since" | "act">;

export function startViewer(traces: readonly [Trace, ...Trace[]], root: HTMLElement): void {
  const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = (): Theme => (systemIsDark.matches ? "dark" : "light");
  let chosenTheme: Theme | undefined;
  let analysis = analyse(traces[0]);
  let shown: Shown = {
    number: 0,
    position: 0,
    followed: "",
    filter: "",
    onlyChanged: false,
    allSteps: false,
    wholeStory: false,
    theme: systemTheme(),
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
    switchTheme() {
      chosenTheme = shown.theme === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = chosenTheme;
      show({ theme: chosenTheme });
    },
  };

  function show(change: Partial<Shown>, then?: "go there"): void {
    const wanted = { ...shown, ...change };
    shown = { ...wanted, position: Math.min(analysis.trace.steps.length, Math.max(0, wanted.position)) };
    const { spec, kernel, property, violation } = analysis.trace;
    document.title = `${spec.name} on ${kernel}: ${violation.kind === "none" ? "a path" : property}`;
    render(pageView(pageNow()), root);
    if (then === undefined) return;
    keepInSight(root, shown.position, analysis.trace.steps.length);
    writeAddressSoon();
  }

  function pageNow(): Page {
    const now = { ...analysis, ...shown };
    const [first] = foldedAt(now) ?? [];
    return { ...now, since: first === undefined ? Math.max(0, shown.position - 1) : first.n - 1, traces, act };
  }

  let writing: number | undefined;

  /** Browsers limit how often the address may change, so a held key changes it once. */
  function writeAddressSoon(): void {
    window.clearTimeout(writing);
    writing = window.setTimeout(() => {
      history.replaceState(null, "", hashOf({ trace: shown.number, step: shown.position, allSteps: shown.allSteps }));
    }, 120);
  }

  /** An address without a trace means the one that is shown. */
  function goToAddress(): void {
    const { trace = shown.number, step, allSteps } = placeOf(location.hash);
    act.showTrace(trace);
    show({ position: step, allSteps }, "go there");
  }

  function jumpToChange(direction: "previous" | "next"): void {
    const to = neighbouringChange(analysis.history.changesOf(shown.followed), shown.position, direction);
    if (to !== undefined) act.goTo(to);
  }

  document.addEventListener("keydown", (event) => {
    const action = keyActionOf(event);
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
  });
  window.addEventListener("hashchange", goToAddress);
  systemIsDark.addEventListener("change", () => {
    if (chosenTheme === undefined) show({ theme: systemTheme() });
  });
  // A page that is opened without a step begins with the story.
  if (location.hash === "") show({});
  else goToAddress();
}
