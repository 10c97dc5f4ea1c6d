/**
 * The viewer in an element of another page. It has its own style sheet in a shadow tree, so that neither page styles the
 * other one. Colours and fonts come from the page, whose root has the style of `styles/base.css`.
 */
import { type Place, placeOf } from "./data/place.ts";
import { startViewer, type Traces, type Viewer, type ViewerHost } from "./viewer.ts";

/** `style`: the text of the bundled viewer.css. Keys work while the focus is in the element. */
export function showInElement(
  element: HTMLElement,
  style: string,
  traces: Traces,
  { place, ...outside }: Pick<ViewerHost, "scrollsPage" | "onPlace"> & { readonly place: Place | undefined },
): Viewer {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const root = document.createElement("div");
  shadow.replaceChildren(root);
  const host: ViewerHost = { keys: root, theme: undefined, switchTheme() {}, onShow() {}, ...outside };
  const viewer = startViewer(traces, root, host, place);
  // The address belongs to the page.
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (link === null) return;
    event.preventDefault();
    viewer.goTo(placeOf(link.getAttribute("href") ?? ""));
  });
  return viewer;
}
