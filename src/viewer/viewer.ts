/** Keeps what is shown, and shows it again whenever a control, a key or the address changes it. */
import { render } from "lit-html";
import type { Trace } from "../trace/format.ts";
import { type Analysis, analyse } from "./analysis.ts";
import { neighbouringChange } from "./data/history.ts";
import { neighbourOf } from "./data/positions.ts";
import { keyActionOf } from "./keyboard.ts";
import type { Actions, Page, Theme } from "./page.ts";
import { hashOf, placeOf } from "./place.ts";
import { keepInSight } from "./scroll.ts";
import { pageView } from "./views/page-view.ts";

type Shown = Omit<Page, keyof Analysis | "traces" | "act">;

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
    onlyMattering: false,
    theme: systemTheme(),
  };

  const act: Actions = {
    goTo: (position) => show({ position }),
    showTrace(number) {
      const trace = traces[number];
      if (number === shown.number || trace === undefined) return;
      analysis = analyse(trace);
      show({ number, position: 0, followed: "" });
    },
    follow: (followed) => show({ followed }),
    filter: (filter) => show({ filter }),
    showOnlyChanged: (onlyChanged) => show({ onlyChanged }),
    showOnlyMattering: (onlyMattering) => show({ onlyMattering }),
    switchTheme() {
      chosenTheme = shown.theme === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = chosenTheme;
      show({ theme: chosenTheme });
    },
  };

  function show(change: Partial<Shown>): void {
    const before = shown;
    const wanted = { ...shown, ...change };
    shown = { ...wanted, position: Math.min(analysis.trace.steps.length, Math.max(0, wanted.position)) };
    const { spec, kernel, property, violation } = analysis.trace;
    document.title = `${spec.name} on ${kernel}: ${violation.kind === "none" ? "a path" : property}`;
    render(pageView(pageNow()), root);
    if (before.position === shown.position && before.number === shown.number) return;
    keepInSight(root, shown.position, analysis.trace.steps.length);
    writeAddressSoon();
  }

  function pageNow(): Page {
    return { ...analysis, ...shown, traces, act };
  }

  let writing: number | undefined;

  /** Browsers limit how often the address may change, so a held key changes it once. */
  function writeAddressSoon(): void {
    window.clearTimeout(writing);
    writing = window.setTimeout(() => {
      history.replaceState(null, "", hashOf({ trace: shown.number, step: shown.position }));
    }, 120);
  }

  /** An address without a trace means the one that is shown. */
  function goToAddress(): void {
    const { trace = shown.number, step } = placeOf(location.hash);
    act.showTrace(trace);
    show({ position: step });
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
    }
  });
  window.addEventListener("hashchange", goToAddress);
  systemIsDark.addEventListener("change", () => {
    if (chosenTheme === undefined) show({ theme: systemTheme() });
  });
  goToAddress();
}
