/** The viewer as a page of its own: it has the title, the address, all keys and the colours. */
import type { Theme } from "./data/page.ts";
import { hashOf, type Place, placeOf } from "./data/place.ts";
import { startViewer, type Traces } from "./viewer.ts";

export function showOnWholePage(traces: Traces, root: HTMLElement): void {
  const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = (): Theme => (systemIsDark.matches ? "dark" : "light");
  let chosenTheme: Theme | undefined;
  let writing: number | undefined;

  /** Browsers limit how often the address may change, so a held key changes it once. */
  function writeAddressSoon(place: Place): void {
    window.clearTimeout(writing);
    writing = window.setTimeout(() => history.replaceState(null, "", hashOf(place)), 120);
  }

  const viewer = startViewer(
    traces,
    root,
    {
      keys: document,
      theme: systemTheme(),
      switchTheme() {
        chosenTheme = (chosenTheme ?? systemTheme()) === "dark" ? "light" : "dark";
        document.documentElement.dataset.theme = chosenTheme;
        viewer.showTheme(chosenTheme);
      },
      scrollsPage: true,
      onShow({ spec, kernel, property, violation }) {
        document.title = `${spec.name} on ${kernel}: ${violation.kind === "none" ? "a path" : property}`;
      },
      onPlace: writeAddressSoon,
    },
    // A page that is opened without a step begins with the story.
    location.hash === "" ? undefined : placeOf(location.hash),
  );
  // An address without a trace means the one that is shown. It is not read from location.hash, because by now a delayed
  // write may have put the place before there.
  window.addEventListener("hashchange", ({ newURL }) => viewer.goTo(placeOf(new URL(newURL).hash)));
  systemIsDark.addEventListener("change", () => {
    if (chosenTheme === undefined) viewer.showTheme(systemTheme());
  });
}
